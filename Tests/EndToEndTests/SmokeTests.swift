import Testing

@Suite struct SmokeTests {
    @Test func aTaskRunsAndItsResultIsRead() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let id = try home.koubouctl("submit", "echo hello").text
        #expect(try home.koubouctl("wait", id).status == 0)
        #expect(try home.koubouctl("result", id).text == "hello")
        supervisor.signal(15)
        #expect(try supervisor.status() == 0)
    }
}
