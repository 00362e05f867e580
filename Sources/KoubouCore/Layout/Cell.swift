extension String {
    /// The text in a cell of exactly `width`: cut where it is longer, filled with spaces where it is shorter.
    func cell(_ width: Int, isRightAligned: Bool = false) -> String {
        let text = fitted(to: width)
        let padding = String(repeating: " ", count: max(0, width - text.displayWidth))
        return isRightAligned ? padding + text : text + padding
    }

    /// The text as it is seen when its first `width` cells are scrolled away.
    func scrolled(by width: Int) -> String {
        var left = width
        return String(
            drop { character in
                left -= String(character).displayWidth
                return left >= 0
            })
    }
}
