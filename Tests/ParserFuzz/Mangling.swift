/// Ways to spoil bytes, as a broken or a hostile client would.
struct Mangling {
    /// What a parser has an ear for.
    let words: [[UInt8]]
    /// How many bytes from the start on are spoilt most often.
    let hotBytes: Int

    init(words: [String], hotBytes: Int = .max) { (self.words, self.hotBytes) = (words.map { Array($0.utf8) }, hotBytes) }

    /// Spoils `bytes` in up to four places, or in none.
    func spoil(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<min(bytes.count, random.oneIn(4) ? .max : hotBytes), using: &random)
            let end = min(place + Int.random(in: 1...20, using: &random), bytes.count)
            switch Int.random(in: 0..<9, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = .random(in: .min ... .max, using: &random)
            case 2: bytes.insert(.random(in: .min ... .max, using: &random), at: place)
            case 3: bytes.removeSubrange(place..<end)
            case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 5: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
            case 6: bytes.removeSubrange(place...)
            case 7 where random.oneIn(50):
                bytes.insert(contentsOf: repeatElement(bytes[place], count: Int.random(in: 100...20_000, using: &random)), at: place)
            default:
                if let word = words.randomElement(using: &random) { bytes.insert(contentsOf: word, at: place) }
            }
        }
    }
}
