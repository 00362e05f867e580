import Testing

@testable import KoubouCore

struct EnvironmentTests {
    private static func merge(_ words: [String], _ changes: [String]) -> [String] {
        Environment.merge(words.map(Array.init(text:)), changes.map(Array.init(text:))).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func changesTakeTheirPlace() {
        #expect(Self.merge(["A=1", "B=2"], []) == ["A=1", "B=2"])
        #expect(Self.merge(["A=1", "B=2", "C=3"], ["B=x", "D=y"]) == ["A=1", "C=3", "B=x", "D=y"])
        #expect(Self.merge(["A=1"], ["A=2", "A=3"]) == ["A=3"], "the last counts")
        #expect(Self.merge(["AB=1"], ["A=2"]) == ["AB=1", "A=2"], "whole names")
        #expect(Self.merge(["A=1"], ["A="]) == ["A="])
    }

    @Test func bytesStayExact() {
        let word = Array(text: "A=") + [0xff, 0x3d, 0x80]
        #expect(Environment.merge([word], []) == [word])
        #expect(Environment.merge([], [word]) == [word])
    }

    @Test func ourOwnIsRead() {
        #expect(Environment.words.contains { $0.starts(with: Array(text: "PATH=")) })
        #expect(Environment.ofProcess["PATH"]?.isEmpty == false)
        #expect(Environment.ofProcess["KOUBOU_NO_SUCH_NAME"] == nil)
        #expect(Environment.ofProcess.names(startingWith: "PAT").contains("PATH"))
    }

    @Test func aMadeOneHasWhatItWasGiven() {
        let made: Environment = ["A": "1", "AB": "", "A": "2"]
        #expect(made["A"] == "2", "the last counts")
        #expect(made["AB"] == "" && made["PATH"] == nil)
        #expect(made.names(startingWith: "A").sorted() == ["A", "AB"])
    }
}
