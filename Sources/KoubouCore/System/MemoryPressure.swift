/// When memory counts as short, so that the pool does not grow.
public struct MemoryLimits: Equatable, Sendable {
    /// Bytes of `MemAvailable`; zero: no limit.
    public var availableMin = 128 << 20
    /// Per cent of the last ten seconds in which some process waited for memory (`/proc/pressure/memory`).
    public var pressureMax = 40.0

    public init() {}
}

/// The memory of this machine at one moment.
public struct MemoryStatus: Equatable, Sendable {
    /// Bytes; nil where the kernel does not tell.
    public let available: Int?
    /// Per cent; nil where the kernel does not tell.
    public let pressure: Double?
    /// Bytes of `MemTotal`.
    public let total: Int?

    public init(available: Int?, pressure: Double?, total: Int? = nil) {
        (self.available, self.pressure, self.total) = (available, pressure, total)
    }

    /// As `/proc` shows it now.
    public static var current: MemoryStatus {
        func text(_ path: String) -> String { String(decoding: (try? readFile(path)) ?? [], as: UTF8.self) }
        return MemoryStatus(meminfo: text("/proc/meminfo"), pressure: text("/proc/pressure/memory"))
    }

    /// Reads the texts of proc(5) and of the kernel's Documentation/accounting/psi.rst.
    init(meminfo: String, pressure: String) {
        func number(in text: String, line: String, after mark: String) -> Substring? {
            text.split(separator: "\n").first { $0.hasPrefix(line) }
                .flatMap { $0.split(separator: " ").first { $0.hasPrefix(mark) && ($0.last?.isNumber ?? false) } }
                .map { $0.dropFirst(mark.count) }
        }
        func bytes(_ line: String) -> Int? {
            number(in: meminfo, line: line, after: "").flatMap { Int($0) }.map { $0 * 1024 }
        }
        (available, total) = (bytes("MemAvailable:"), bytes("MemTotal:"))
        self.pressure = number(in: pressure, line: "some ", after: "avg10=").flatMap { Double($0) }
    }

    /// Why the pool must not grow, in words that stay the same while it is so; nil when it may.
    public func shortage(_ limits: MemoryLimits) -> String? {
        if let available, available < limits.availableMin {
            return "no growth: less than \(SizeText.text(limits.availableMin)) of memory are available (memory_min)"
        }
        if let pressure, limits.pressureMax < 100, pressure > limits.pressureMax {
            return "no growth: memory pressure is over \(Int(limits.pressureMax)) % (memory_pressure_max)"
        }
        return nil
    }
}
