import KoubouCore
import Testing

/// submit --key and --key-ttl.
@Suite struct KeyTests {
    @Test func sixtyFourAtOnceMakeOneTask() throws {
        let home = try Home()
        let output = try home.shell("""
            i=0; while [ $i -lt 64 ]; do koubouctl submit --key nightly "echo $i" > id.$i & i=$((i + 1)); done; wait
            cat id.*
            """)
        #expect(output.status == 0 && output.errors == "")
        #expect(output.lines == Array(repeating: "1", count: 64))
        #expect(try home.count(.pending) == 1)
        #expect(try home.field("key", of: "1") == "nightly")
    }

    @Test func theKeyIsFreeAgainAfterTheEnd() throws {
        let home = try Home()
        let first = try home.handIn("--key", "k", "echo one")
        #expect(try home.handIn("--key", "k", "echo two") == first)
        #expect(try home.handIn("--key", "other", "true") != first)
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.handIn("--key", "k", "--key-ttl", "1h", "echo three") == first)
        let waited = try home.koubouctl("submit", "--wait", "--key", "k", "--key-ttl", "1h", "echo three")
        #expect(waited.status == 0 && waited.text == "one", "the output of the task that is there")
        #expect(try home.handIn("--key", "k", "echo four") != first)
    }
}
