@testable import KoubouCore

/// Feeds a reader in pieces of `size` bytes, and asks for its verdict about a process that ended with `status`.
func run(_ reader: any OutputReader, _ text: String, size: Int = 7, status: Int = 0, stderr: String = "") -> (
    end: AttemptEnd, result: String, progress: String
) {
    var parts = OutputParts()
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
        parts += reader.read(bytes[start..<min(start + size, bytes.count)])
    }
    var end = AttemptEnd(status == 0 ? .completed : .failed)
    end.exitStatus = status
    end.stderrTail = Array(stderr.utf8)
    parts += reader.finish(&end)
    return (end, String(decoding: parts.result, as: UTF8.self), String(decoding: parts.progress, as: UTF8.self))
}

extension TestQueue {
    /// Looks up JSON as the programs do it.
    var json: JSONLookup { { [store] text, path in (try? store.value(inJSON: text, at: path)) ?? nil } }
}

extension AttemptEnd {
    func metadata(_ key: String) -> String? { metadata.last { $0.key == key }?.json }
}

extension ChatServer {
    init(_ dialect: Dialect, url: String, model: String, _ change: (inout AgentSettings) -> Void = { _ in }) {
        var settings = AgentSettings()
        (settings.url, settings.model) = (url, model)
        change(&settings)
        self.init(dialect, settings)
    }
}
