/// Writes measurements in the text format of Prometheus, version 0.0.4.
public struct MetricsText {
    public enum Kind: String, Sendable { case counter, gauge, histogram }

    public private(set) var text = ""
    private var name = ""

    public init() {}

    /// Begins a measurement; its samples follow.
    public mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    public mutating func sample(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        line("", Array(labels), value)
    }

    public mutating func histogram(_ histogram: TimeHistogram, _ labels: KeyValuePairs<String, String> = [:]) {
        for (bound, count) in histogram.cumulative {
            line("_bucket", Array(labels) + [("le", bound.map(Self.number) ?? "+Inf")], Double(count))
        }
        line("_sum", Array(labels), histogram.seconds)
        line("_count", Array(labels), Double(histogram.count))
    }

    private mutating func line(_ suffix: String, _ labels: [(key: String, value: String)], _ value: Double) {
        let pairs = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        text += name + suffix + (pairs.isEmpty ? "" : "{\(pairs)}") + " \(Self.number(value))\n"
    }

    private static func escaped(_ value: String) -> String {
        value.map { character in
            switch character {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            default: String(character)
            }
        }.joined()
    }

    private static func number(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }
}

/// How many of something took how long, in a fixed number of steps.
public struct TimeHistogram: Equatable, Sendable {
    /// Upper ends of the steps, in seconds; one without an end follows.
    public static let bounds = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 7200]

    private var counts = [Int](repeating: 0, count: bounds.count + 1)
    public private(set) var seconds = 0.0
    public var count: Int { counts.reduce(0, +) }

    public init() {}

    /// - Parameters:
    ///   - step: the number of bounds that lie below.
    ///   - seconds: of all of them together.
    public mutating func add(_ count: Int, inStep step: Int, seconds: Double) {
        guard counts.indices.contains(step) else { return }
        counts[step] += count
        self.seconds += seconds
    }

    /// For each bound, nil for none, how many took no longer.
    var cumulative: [(bound: Double?, count: Int)] {
        var sum = 0
        return zip(Self.bounds.map { $0 as Double? } + [nil], counts).map { bound, count in
            sum += count
            return (bound, sum)
        }
    }
}
