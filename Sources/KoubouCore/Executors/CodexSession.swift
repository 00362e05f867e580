import Glibc

/// The record that Codex keeps of a session; it alone names the model, events don't.
public enum CodexSession {
    /// More than this of a record is not looked through.
    private static let limit = 16 << 20

    /// The model of the last turn; nil when there is no record, such as in a Codex that is told to keep none.
    ///
    /// - Parameter environment: of the Codex that had the session, `NAME=value` each.
    public static func model(of session: String, environment: [[UInt8]], json: JSONLookup) -> String? {
        func value(_ name: String) -> String? {
            environment.last { $0.starts(with: (name + "=").utf8) }
                .map { String(decoding: $0.dropFirst(name.utf8.count + 1), as: UTF8.self) }
        }
        guard let home = value("CODEX_HOME") ?? value("HOME").map({ $0 + "/.codex" }),
            let began = beginning(of: session)
        else { return nil }
        // The folder's date is that of Codex's clocks, which may be set to another zone than ours.
        for day in [0, -1, 1] {
            let moment = Timestamp(millisecondsSince1970: began.millisecondsSince1970 + Int64(day) * 86_400_000)
            let date = moment.description.prefix(10).split(separator: "-").joined(separator: "/")
            let folder = home + "/sessions/" + date
            guard let name = fileNames(in: folder).first(where: { $0.hasSuffix("-\(session).jsonl") }) else { continue }
            return model(inRecord: folder + "/" + name, json: json)
        }
        return nil
    }

    private static func model(inRecord path: String, json: JSONLookup) -> String? {
        guard let file = try? FileDescriptor(opening: path, O_RDONLY),
            let bytes = try? readAll(from: file.number, upTo: limit)
        else { return nil }
        let line = bytes.split(separator: 0x0a).last {
            String(decoding: $0.prefix(200), as: UTF8.self).mentions(#""type":"turn_context""#)
        }
        return line.flatMap { json(String(decoding: $0, as: UTF8.self), "$.payload.model") }
    }

    /// Sessions have UUIDs of version 7, which begin with 48 bits of milliseconds (RFC 9562, section 5.7).
    static func beginning(of session: String) -> Timestamp? {
        let digits = session.filter { $0 != "-" }
        guard digits.count == 32, let milliseconds = Int64(digits.prefix(12), radix: 16) else { return nil }
        return Timestamp(millisecondsSince1970: milliseconds)
    }
}
