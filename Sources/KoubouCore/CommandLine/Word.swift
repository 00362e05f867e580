import Glibc

/// One argument of the command line, with its exact bytes: a file name need not be UTF-8.
public struct Word: Equatable, Sendable, ExpressibleByStringLiteral {
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }
    public init(stringLiteral text: String) { bytes = Array(text.utf8) }
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// Nil when the bytes are not UTF-8.
    public var text: String? { String(validating: bytes, as: UTF8.self) }
    /// For messages: what is not UTF-8 is replaced.
    public var display: String { String(decoding: bytes, as: UTF8.self) }

    /// The arguments of this process, without its name.
    public static var ofProcess: [Word] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map {
                Word(bytes: Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))))
            }
        }
    }
}
