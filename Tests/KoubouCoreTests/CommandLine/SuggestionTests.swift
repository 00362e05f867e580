import Testing

@testable import KoubouCore

struct SuggestionTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "abc", 3), ("submit", "submit", 0), ("submit", "sumbit", 1), ("list", "lst", 1),
        ("list", "liist", 1), ("list", "lost", 1), ("ab", "ba", 1), ("ca", "abc", 3), ("kitten", "sitting", 3),
        ("工房", "工場", 1),
    ])
    func countsEdits(_ left: String, _ right: String, _ distance: Int) {
        #expect(editDistance(left, right) == distance)
        #expect(editDistance(right, left) == distance)
    }

    @Test func suggestsTheNearest() {
        let known = ["submit", "list", "show", "stats", "status", "start", "stop"]
        #expect(suggestion(for: "sumbit", among: known) == "did you mean 'submit'?")
        #expect(suggestion(for: "lits", among: known) == "did you mean 'list'?")
        #expect(suggestion(for: "shwo", among: known) == "did you mean 'show'?")
        #expect(suggestion(for: "STATUS", among: known) == "did you mean 'status'?")
    }

    @Test func listsAllWhenNothingIsNear() {
        #expect(suggestion(for: "frobnicate", among: ["show", "list"]) == "use show, list")
        #expect(suggestion(for: "xyz", among: ["list"]) == "use list")
    }
}
