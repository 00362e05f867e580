/// What is logged, and how much of it is kept.
public struct LogSettings: Equatable, Sendable {
    public var level: LogLevel
    /// Bytes after which a file is put aside as `NAME.1`, the one before as `NAME.2`; 0: never.
    public var sizeMax: Int
    /// How many that were put aside are kept of each log.
    public var keep: Int

    public init(level: LogLevel = .info, sizeMax: Int = 10 << 20, keep: Int = 3) {
        (self.level, self.sizeMax, self.keep) = (level, sizeMax, keep)
    }
}
