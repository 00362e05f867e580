extension String {
    /// Cells that the text takes on a terminal: two for what is wide in East Asia and for emoji, none for marks that
    /// join the character before them.
    public var displayWidth: Int {
        if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
        return unicodeScalars.reduce(0) { $0 + $1.displayWidth }
    }

    /// The text, cut to `width` cells; where something is cut off, an ellipsis takes the last one.
    public func fitted(to width: Int) -> String {
        guard displayWidth > width else { return self }
        guard width > 0 else { return "" }
        var (cut, room) = ("", width - 1)
        for character in self {
            room -= String(character).displayWidth
            guard room >= 0 else { break }
            cut.append(character)
        }
        return cut + "…"
    }
}

extension Unicode.Scalar {
    fileprivate var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch value {
        case 0x1160...0x11ff: return 0  // vowels and finals of Hangul, which join the initial before them
        case 0x1f1e6...0x1f1ff: return 1  // two of them make a flag
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97c, 0xac00...0xd7a3, 0xf900...0xfaff,
            0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff01...0xff60, 0xffe0...0xffe6, 0x16fe0...0x1b2fb, 0x1f200...0x1f265,
            0x20000...0x3fffd:
            return 2  // W and F of Unicode's EastAsianWidth.txt
        default: return properties.isEmojiPresentation ? 2 : 1
        }
    }
}
