import ParserFuzz
import Testing

struct ParserFuzzTests {
    /// `make fuzz` tries five hundred times as many.
    @Test(arguments: FuzzedParser.allCases) func anyBytesAreReadTheSameHoweverTheyAreCut(_ parser: FuzzedParser) {
        let count = 20_000
        let report = parser.run(inputs: 0..<count, seed: 6455)
        #expect(report.faults.isEmpty, "\(report.faults.prefix(3).joined(separator: "\n"))")
        #expect(report.refused > count / 5 && report.refused < count * 4 / 5, "\(report.refused)")
    }
}
