/// Lists of exit statuses as people write them: `64-69,77,78`, or `none`.
enum ExitStatusRanges {
    /// Nil for anything else, and for a status outside of 0 to 255.
    static func parse(_ text: String) -> [ClosedRange<Int>]? {
        if text == "none" { return [] }
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { Int($0.filter { $0 != " " }) }
            guard bounds.count <= 2, let low = bounds[0], let high = bounds[bounds.count - 1], low >= 0, low <= high,
                high <= 255
            else { return nil }
            ranges.append(low...high)
        }
        return ranges
    }

    /// What `parse` reads as the same list.
    static func text(_ ranges: [ClosedRange<Int>]) -> String {
        if ranges.isEmpty { return "none" }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }
}
