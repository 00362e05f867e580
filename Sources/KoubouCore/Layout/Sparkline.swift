/// A curve in one row of text.
public enum Sparkline {
    /// The last `columns` of `values`, each as a bar between zero and the highest of them.
    ///
    /// - Parameter isUTF8: false: a terminal that has no block characters.
    public static func text(_ values: [Int], columns: Int, isUTF8: Bool) -> String {
        let bars = Array(isUTF8 ? "▁▂▃▄▅▆▇█" : "_.-:=+*#")
        let shown = values.suffix(max(columns, 0))
        let top = max(shown.max() ?? 0, 1)
        return String(
            shown.map { value in
                // Rounded up: one task among a thousand is still seen.
                let share = Double(max(value, 0)) / Double(top) * Double(bars.count - 1)
                return bars[Int(share.rounded(.up))]
            })
    }
}
