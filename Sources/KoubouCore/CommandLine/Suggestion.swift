/// "did you mean" for a mistyped word; else what there is to choose from.
func suggestion(for word: String, among known: [String]) -> String {
    if word.count > 2, let whole = known.first(where: { $0.hasPrefix(word) }) { return "did you mean '\(whole)'?" }
    let near = known.map { (name: $0, distance: editDistance(word, $0)) }.min { $0.distance < $1.distance }
    if let near, near.distance <= max(1, word.count / 3) { return "did you mean '\(near.name)'?" }
    return "use " + known.joined(separator: ", ")
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
