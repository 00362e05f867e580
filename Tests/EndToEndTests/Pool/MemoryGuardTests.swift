import Testing

@Suite struct MemoryGuardTests {
    /// More memory than any machine has is asked for.
    @Test func aPoolDoesNotGrowWhileMemoryIsShort() throws {
        let home = try Home()
        try home.configure("[pool]\nmemory_min = 8000000G\n")
        let supervisor = try home.startSupervisor("--max", "5")
        try home.koubouctl("submit", "--lines", stdin: String(repeating: "sleep 1000\n", count: 9))
        try eventually(true) { try home.koubouctl("stats").text.contains("no growth: less than") }
        #expect(try home.json(home.koubouctl("stats", "--json").text, "$.pool.note").contains("memory_min"))
        #expect(try home.koubouctl("workers", "--json").lines.count == 1)
        try eventually(true) { supervisor.stderr.contains("no growth: less than") }

        try home.configure("[pool]\nmemory_min = 0\n")
        supervisor.signal(1)
        // The one that runs a task by the old configuration, and new ones: how many, depends on how soon these claim.
        try eventually(true) { try home.koubouctl("workers", "--json").lines.count >= 3 }
        try eventually("") { try home.json(home.koubouctl("stats", "--json").text, "$.pool.note") }
        supervisor.signal(3)
        #expect(try supervisor.status() == 0)
    }
}
