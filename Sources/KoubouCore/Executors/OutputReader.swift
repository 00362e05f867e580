/// Understands what a task's program writes on its stdout, where that is not simply the result.
public protocol OutputReader: AnyObject {
    /// Takes what came.
    func read(_ bytes: ArraySlice<UInt8>) -> OutputParts
    /// Within this time the program must have begun its work; nil: no limit.
    var beginLimit: Duration? { get }
    var hasBegun: Bool { get }
    /// After the last byte: what is still to be shown, and how the attempt really ended.
    func finish(_ end: inout AttemptEnd) -> OutputParts
}

/// Output, taken apart: the result goes to the task's stdout, what tells how it comes about to its stderr.
public struct OutputParts: Equatable, Sendable {
    public var result: [UInt8] = []
    public var progress: [UInt8] = []

    public init(result: String = "", progress: String = "") {
        (self.result, self.progress) = (Array(result.utf8), Array(progress.utf8))
    }

    static func += (parts: inout OutputParts, more: OutputParts) {
        parts.result += more.result
        parts.progress += more.progress
    }
}

/// Looks up a path such as `$.message.content` in a JSON text: a string as it is, anything else as JSON; nil when it is
/// absent, null, or the text is no JSON.
public typealias JSONLookup = (_ json: String, _ path: String) -> String?
