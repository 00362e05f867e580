/// Where a task's result is stored beside its place in the queue: the metadata `output_file`, a path inside of the task's
/// folder.
public struct OutputFile: Equatable, Sendable {
    public static let key = "output_file"
    public static let form = "the path of a file inside of the task's directory, without '..'"

    /// From the task's folder on.
    public let folder: String
    public let name: String

    /// - Parameter directory: the task's working directory, from which an absolute path may begin.
    /// - Returns: nil for what names no file in there.
    public init?(_ path: String, in directory: [UInt8]) {
        var path = path[...]
        if path.hasPrefix("/") {
            let start = String(decoding: directory, as: UTF8.self)
            guard path.hasPrefix(start.hasSuffix("/") ? start : start + "/") else { return nil }
            path = path.dropFirst(start.count)
        }
        guard !path.hasSuffix("/"), !path.utf8.contains(0) else { return nil }
        let names = path.split(separator: "/").filter { $0 != "." }
        guard let name = names.last, !names.contains("..") else { return nil }
        self.name = String(name)
        folder = names.count > 1 ? names.dropLast().joined(separator: "/") : "."
    }

    /// True where it, or a folder that it lies in, is of those that are not listed: settings of programs, mostly.
    public var isHidden: Bool {
        name.hasPrefix(".") || folder.split(separator: "/").contains { $0.hasPrefix(".") && $0 != "." }
    }

    public var path: String { folder == "." ? name : folder + "/" + name }
}
