import KoubouCore
import Testing

/// submit --meta, and the fields of JSON lines.
@Suite struct MetadataTests {
    @Test func isKeptWithTheTask() throws {
        let home = try Home()
        let task = try home.handIn("--meta", "ticket=K-7", "--meta", "note=a=\"b\"\n", "--meta", "ticket=K-8", "--meta", "empty=", "env")
        let shown = try home.koubouctl("show", "--json", task).text
        #expect(try home.json(shown, "$.metadata") == #"{"note":"a=\"b\"\n","ticket":"K-8","empty":""}"#)
        #expect(try home.field("metadata", of: task).contains("K-8"))
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try !home.koubouctl("result", task).text.contains("ticket"), "it is none of the task's business")
    }

    @Test func jsonLinesTakeAllOfThem() throws {
        let home = try Home()
        let first = try home.handIn("true")
        let ids = try home.koubouctl("submit", "--jsonl", "--meta", "a=1", "--meta", "b=1", stdin: """
            {"prompt":"true","after":[1],"metadata":{"b":"2"},"slots":2,"key":"k"}
            {"prompt":"true","after_any":[1],"at":"2126-03-01T09:30:00+01:00"}
            {"prompt":"true","run_at":"2126-03-01 09:30:00.250"}
            {"prompt":"true","delay":"36500d"}
            {"prompt":"true","key":"k"}
            """)
        #expect(ids.lines == ["2", "3", "4", "5", "2"], "\(ids.errors)")
        let shown = try home.koubouctl("list", "--json").lines
        #expect(try ["after", "slots", "key", "metadata", "status"].map { try home.json(shown[1], "$.\($0)") }
            == ["[\(first)]", "2", "k", #"{"a":"1","b":"2"}"#, "blocked"])
        #expect(try ["after_any", "run_at"].map { try home.json(shown[2], "$.\($0)") } == ["[1]", "2126-03-01 08:30:00.000"])
        #expect(try ["status", "run_at"].map { try home.json(shown[3], "$.\($0)") } == ["scheduled", "2126-03-01 09:30:00.250"])
        #expect(try home.json(shown[4], "$.status") == "scheduled")
    }

    @Test func whatShowPrintsIsReadAgain() throws {
        let home = try Home()
        let first = try home.handIn("true")
        let task = try home.handIn("--after", first, "--meta", "a=b", "--slots", "3", "--at", "2126-03-01T09:30:00Z", "true")
        let again = try home.koubouctl("submit", "--jsonl", stdin: home.koubouctl("show", "--json", task).text)
        #expect(again.text == "3", "\(again.errors)")
        for name in ["after", "metadata", "slots", "run_at", "status"] {
            #expect(try home.field(name, of: "3") == home.field(name, of: task))
        }
    }
}
