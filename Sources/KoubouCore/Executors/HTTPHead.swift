/// The head of an HTTP response, as `curl --include` prints it before the body (RFC 9112, sections 2.1 and 4).
struct HTTPHead {
    private(set) var status = 0
    private(set) var isComplete = false
    private var headers: [(name: String, value: String)] = []

    /// Takes the next line of the head. Interim responses (1xx) are passed over.
    mutating func read(_ line: String) {
        if status == 0 {
            let words = line.split(separator: " ", maxSplits: 2)
            if words.count > 1, words[0].hasPrefix("HTTP/"), let number = Int(words[1]) { status = number }
        } else if line.isEmpty {
            isComplete = status >= 200
            if !isComplete { self = HTTPHead() }
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers.append((line[..<colon].lowercased(), String(value)))
        }
    }

    /// The value of a header, by its name in lower case.
    func header(_ name: String) -> String? { headers.last { $0.name == name }?.value }

    /// `Retry-After` in seconds (RFC 9110, section 10.2.3); a date is not read.
    var retryAfter: Duration? {
        header("retry-after").flatMap { Int($0) }.flatMap { (0...86_400).contains($0) ? .seconds($0) : nil }
    }
}
