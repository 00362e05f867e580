/// Reads the head of a request as RFC 9112 has it, and nothing that others might read in another way.
enum HTTPHeadParser {
    static let fieldsMax = 100

    /// - Parameter head: its lines, each with its CR and LF.
    static func request(_ head: ArraySlice<UInt8>) throws(HTTPProblem) -> HTTPRequest {
        var lines = head.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast().map { $0.dropLast() }[...]
        guard let first = lines.popFirst() else { throw bad("the request is empty") }
        let (method, target, isVersion11) = try requestLine(first)
        var headers = HTTPHeaders()
        for line in lines {
            guard headers.count < fieldsMax else {
                throw HTTPProblem(.headTooLarge, "there are more than \(fieldsMax) header fields")
            }
            headers.add(try field(line))
        }
        guard let (path, authority) = split(target, method: method), let parsed = HTTPTarget(path) else {
            throw bad("the target is no path")
        }
        return HTTPRequest(
            method: method, target: parsed, isVersion11: isVersion11, headers: headers,
            host: try host(headers, authority, isVersion11: isVersion11),
            framing: try framing(headers, isVersion11: isVersion11))
    }

    static func bad(_ detail: String) -> HTTPProblem { HTTPProblem(.badRequest, detail) }

    private static func requestLine(
        _ line: ArraySlice<UInt8>
    ) throws(HTTPProblem) -> (method: String, target: String, isVersion11: Bool) {
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, words[0].allSatisfy(isTokenByte), !words[0].isEmpty, words[0].count <= 32,
            !words[1].isEmpty, words[1].allSatisfy({ (0x21...0x7e).contains($0) })
        else { throw bad("the request line is not METHOD TARGET HTTP/1.1") }
        let version = String(decoding: words[2], as: UTF8.self)
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            guard version.hasPrefix("HTTP/"), version.utf8.count == 8 else {
                throw bad("the request line does not end in a version")
            }
            throw HTTPProblem(.versionNotSupported, "HTTP/1.1 is spoken here")
        }
        return (
            String(decoding: words[0], as: UTF8.self), String(decoding: words[1], as: UTF8.self), version == "HTTP/1.1"
        )
    }

    static func field(_ line: ArraySlice<UInt8>) throws(HTTPProblem) -> HTTPHeaders.Field {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw bad("a header line has no colon") }
        let name = line[..<colon]
        // This also refuses a line that goes on from the one before, and a space before the colon.
        guard !name.isEmpty, name.allSatisfy(isTokenByte) else { throw bad("a header has no proper name") }
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let value = line[(colon + 1)...].drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
            throw bad("a header holds a control character")
        }
        return HTTPHeaders.Field(
            String(decoding: name, as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self))
    }

    /// The path of a target, and the authority of an absolute one.
    private static func split(_ target: String, method: String) -> (path: String, authority: String?)? {
        if target.hasPrefix("/") { return (target, nil) }
        if target == "*", method == "OPTIONS" { return ("/", nil) }
        guard target.lowercased().hasPrefix("http://") else { return nil }
        let rest = target.dropFirst(7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        let path = rest.dropFirst(authority.count)
        return (path.hasPrefix("/") ? String(path) : "/" + path, String(authority))
    }

    private static func host(
        _ headers: HTTPHeaders, _ authority: String?, isVersion11: Bool
    ) throws(HTTPProblem) -> String? {
        let hosts = headers.all("host")
        guard hosts.count == 1 || hosts.isEmpty && !isVersion11 else {
            throw HTTPProblem(.badRequest, "there must be one Host header", field: "Host")
        }
        guard (hosts + [authority ?? "localhost"]).allSatisfy(isHost) else {
            throw HTTPProblem(.badRequest, "the host is no name with a port", field: "Host")
        }
        return (authority ?? hosts.first)?.lowercased()
    }

    /// `NAME`, `NAME:PORT`, or with an IPv6 address in brackets; it may be empty (RFC 9112, section 3.2).
    private static func isHost(_ text: String) -> Bool {
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = rest[..<end].dropFirst()
            guard address.allSatisfy({ hexValue($0) != nil || ":.".utf8.contains($0) }) else { return false }
            rest = rest[rest.index(after: end)...]
        } else {
            rest = rest.drop(while: isHostByte)
        }
        guard let colon = rest.popFirst() else { return true }
        return colon == UInt8(ascii: ":") && rest.count <= 5 && rest.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "$")...UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ";"), UInt8(ascii: "="),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func framing(
        _ headers: HTTPHeaders, isVersion11: Bool
    ) throws(HTTPProblem) -> HTTPRequest.Framing {
        let lengths = headers.all("content-length")
        let codings = headers.all("transfer-encoding")
        guard codings.isEmpty else {
            // With both, or in HTTP/1.0, two readers could find two ends: request smuggling.
            guard lengths.isEmpty, isVersion11 else {
                throw HTTPProblem(
                    .badRequest, "Transfer-Encoding stands beside Content-Length or in HTTP/1.0",
                    field: "Transfer-Encoding")
            }
            guard codings.count == 1, codings[0].lowercased() == "chunked" else {
                throw HTTPProblem(.notImplemented, "chunked is the only transfer coding", field: "Transfer-Encoding")
            }
            return .chunked
        }
        guard let length = lengths.first else { return .length(0) }
        guard lengths.count == 1, (1...18).contains(length.utf8.count),
            length.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(length)
        else { throw HTTPProblem(.badRequest, "Content-Length is not one number", field: "Content-Length") }
        return .length(number)
    }

    /// RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
