/// "did you mean" for a mistyped word; else what there is to choose from.
public func suggestion(for word: String, among known: [String]) -> String {
    nearestWord(to: word, among: known).map { "did you mean '\($0)'?" } ?? "use " + known.joined(separator: ", ")
}

/// What a mistyped word was meant to be; nil when nothing is near.
public func nearestWord(to word: String, among known: [String]) -> String? {
    guard word.count <= 64 else { return nil }  // no typing error, and the distance of long words takes long
    let word = word.lowercased()
    if word.count > 2, let whole = known.first(where: { $0.hasPrefix(word) }) { return whole }
    let near = known.map { (name: $0, distance: editDistance(word, $0)) }.min { $0.distance < $1.distance }
    return near.flatMap { $0.distance <= max(1, word.count / 3) ? $0.name : nil }
}

/// Single-character insertions, deletions, substitutions and swaps of neighbours between two words (optimal string
/// alignment distance). O(n m).
func editDistance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
        var current = [row + 1]
        for column in 0..<right.count {
            var cost = min(
                last[column] + (left[row] == right[column] ? 0 : 1), last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
