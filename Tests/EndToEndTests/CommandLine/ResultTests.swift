import KoubouCore
import Testing

@Suite struct ResultTests {
    @Test func bytesPassExactly() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let bytes: [UInt8] = (0...255).map { $0 } + [0xff, 0xfe, 0, 0x0a]
        for input in [bytes, [], Array("é".utf8), [0]] {
            let id = try home.run(["koubouctl", "submit", "--stdin", "--", "cat"], stdin: input).text
            #expect(try home.koubouctl("wait", id).status == 0)
            #expect(try home.koubouctl("result", id).stdout == input)
            let error = try home.run(["koubouctl", "submit", "--stdin", "--", "sh", "-c", "cat >&2"], stdin: input).text
            #expect(try home.koubouctl("wait", error).status == 0)
            #expect(try home.koubouctl("result", "--stderr", error).stdout == input)
            #expect(try home.koubouctl("result", error).stdout == [])
        }
        supervisor.signal(15)
    }

    @Test(arguments: [(65_536, false), (65_537, true), (5_000_000, true)])
    func largeOutputsStayFiles(size: Int, isFile: Bool) throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let id = try home.koubouctl("submit", "head -c \(size) /dev/zero | tr '\\0' y").text
        #expect(try home.koubouctl("wait", id).status == 0)
        #expect(try home.koubouctl("result", id).stdout == [UInt8](repeating: UInt8(ascii: "y"), count: size))
        #expect(home.exists("home/results/\(id).out") == isFile)
        #expect(
            try home.json(home.koubouctl("show", "--json", id).text, "$.result_file")
                == (isFile ? home.path + "/results/\(id).out" : ""))
        supervisor.signal(15)
    }

    @Test func aTaskThatHasNotEndedHasNone() throws {
        let home = try Home()
        let id = try home.koubouctl("submit", "true").text
        let output = try home.koubouctl("result", id)
        #expect(output.status == 75)
        #expect(output.errors.contains("it is pending"))
    }

    @Test func aFailureIsTold() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        try home.koubouctl("submit", "--wait", "echo half; exit 2")
        let output = try home.koubouctl("result", "1")
        #expect(output.text == "half")
        #expect(output.status == 1)
        #expect(output.errors.contains("exit status 2"))
        supervisor.signal(15)
    }

    @Test func aRunningTaskHasNoneYet() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let id = try home.koubouctl("submit", "echo half; until test -e go; do sleep 0.02; done").text
        try eventually("half") { try home.koubouctl("logs", id).text }
        let early = try home.koubouctl("result", id)
        #expect(early.status == 75)
        #expect(early.stdout == [])
        #expect(early.errors.contains("it is in_progress"))
        try home.write("", to: "go")
        #expect(try home.koubouctl("wait", id).status == 0)
        #expect(try home.koubouctl("result", id).text == "half")
        supervisor.signal(15)
    }

    @Test func severalComeOneAfterTheOther() throws {
        let home = try Home()
        try home.koubouctl("submit", "printf a; head -c 70000 /dev/zero >&2")
        try home.koubouctl("submit", "printf b; printf e >&2; exit 1")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        let output = try home.koubouctl("result", "2", "1", "2")
        #expect(output.stdout == Array("bab".utf8))
        #expect(output.status == 1)
        #expect(try home.koubouctl("result", "--stderr", "1").stdout == [UInt8](repeating: 0, count: 70_000))
        #expect(try home.koubouctl("result", "--stderr", "2").text == "e")
        try home.koubouctl("submit", "true")
        #expect(try home.koubouctl("result", "1", "3").stdout == [], "all, or none")
    }
}
