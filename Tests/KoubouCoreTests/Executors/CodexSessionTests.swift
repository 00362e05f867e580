import Glibc
import Testing

@testable import KoubouCore

@Suite struct CodexSessionTests {
    @Test func aSessionSaysWhenItBegan() {
        #expect(
            CodexSession.beginning(of: "01a20d90-77e1-7d93-97f0-ed34e6446d9a")?.description
                == "2026-11-24 12:38:21.409")
        #expect(CodexSession.beginning(of: "thread-1") == nil)
        #expect(CodexSession.beginning(of: "zzzzzzzz-zzzz-7d93-97f0-ed34e6446d9a") == nil)
    }

    @Test(arguments: ["2026/11/24", "2026/11/25"])
    func theRecordOfASessionNamesTheModel(date: String) throws {
        let session = "01a20d90-77e1-7d93-97f0-ed34e6446d9a"
        var template = Array("/tmp/koubou-XXXXXX".utf8CString)
        let folder = String(cString: try #require(mkdtemp(&template)))
        var path = folder + "/sessions"
        try makeFolder(path)
        for part in date.split(separator: "/") {
            path += "/" + part
            try makeFolder(path)
        }
        let record = path + "/rollout-2026-11-24T12-38-21-\(session).jsonl"
        try writeFile(
            record,
            Array(
                """
                {"timestamp":"x","type":"session_meta","payload":{"model_provider":"stub"}}
                {"timestamp":"x","ordinal":5,"type":"turn_context","payload":{"model":"first"}}
                {"timestamp":"x","ordinal":9,"type":"turn_context","payload":{"model":"second"}}
                {"timestamp":"x","type":"event_msg","payload":{"model":"none"}}

                """.utf8))
        let json = try TestQueue().json
        func model(_ session: String, _ environment: String) -> String? {
            CodexSession.model(of: session, environment: [Array(environment.utf8)], json: json)
        }
        #expect(model(session, "CODEX_HOME=\(folder)") == "second")
        #expect(model("01a20d90-77e1-7d93-97f0-ed34e6446d9b", "CODEX_HOME=\(folder)") == nil)
        #expect(model(session, "CODEX_HOME=/nowhere") == nil)
        #expect(model(session, "PATH=/bin") == nil)
        unlink(record)
    }
}
