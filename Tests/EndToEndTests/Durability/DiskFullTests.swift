import Glibc
import Testing

@testable import KoubouCore

/// A full or read-only disk: one clear line, nothing told that is not stored, and the pool goes on when there is room.
@Suite(.enabled(if: SmallDisk.canMount, "mounting a small file system takes root"))
struct DiskFullTests {
    @Test func aPoolOutlivesAFullDisk() throws {
        let home = try Home()
        let disk = try SmallDisk(at: home.path, megabytes: 6)
        _ = try home.queue()
        try home.write("[pool]\nmin = 2\nmax = 2\nheartbeat_timeout = 1s\n", to: home.path + "/koubou.conf")
        let supervisor = try home.startSupervisor()
        let script = "echo >>../ran-$KOUBOU_TASK_ID; until [ -e ../go ]; do sleep 0.05; done; sleep 0.1"
        var told = try submit(100, script, to: home)
        try eventually(2) { try home.openStore().number("SELECT count(*) FROM workers WHERE status = 'busy'") }
        // Of the submits before, the last one may just be ending.
        try eventually(3) { home.processes.filter { isOurs($0) }.count }
        let pool = home.processes.filter { isOurs($0) }
        try home.write("", to: "go")

        try disk.fill()
        // What is already in place may take a task or two.
        try eventually(ExitCode.ioError.rawValue) {
            let output = try home.koubouctl("submit", "--cwd", home.path, script)
            if let id = Int64(output.text) { told.append(TaskID(id)) }
            if output.status != 0 { #expect(output.stdout.isEmpty) }
            if output.status == ExitCode.ioError.rawValue {
                #expect(output.errors.hasPrefix("koubouctl: ") && !output.errors.contains("\n"), "\(output.errors)")
                report("disk full: \(output.errors)")
            }
            return output.status
        }
        let before = try pool.map(cpuTime)
        letRun(for: .seconds(5))  // longer than a worker may be silent
        let used = try zip(pool, before).map { try cpuTime(of: $0) - $1 }
        report("disk full: \(told.count) tasks told, processor time in 5 s: \(used)")
        #expect(used.allSatisfy { $0 < .milliseconds(500) }, "no busy loop")
        #expect(Set(home.processes).isSuperset(of: pool), "nobody died of it")

        try disk.makeRoom()
        told += try submit(1, script, to: home)
        try eventually(0) { try home.openStore().unendedCount() }
        for id in told {
            #expect(try home.field("status", of: "\(id)") == "completed")
            #expect(home.exists("ran-\(id)"))
        }
        #expect(try home.openStore().number("SELECT count(*) FROM task_master") == told.count)
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
        try home.expectSound()
    }

    @Test func aReadOnlyDiskIsToldOf() throws {
        let home = try Home()
        let disk = try SmallDisk(at: home.path, megabytes: 6)
        let first = try submit(1, "true", to: home)
        try disk.turn(readOnly: true)
        for words in [
            ["koubouctl", "submit", "true"], ["koubouctl", "cancel", "1"], ["kouboud"], ["koubou-worker", "--drain"],
        ] {
            let output = try home.run(words)
            let codes = [ExitCode.noPermission, .ioError, .cannotCreate].map(\.rawValue)
            #expect(codes.contains(output.status), "\(words): \(output.status)")
            #expect(output.stdout.isEmpty)
            let lines = output.errors.split(separator: "\n")
            #expect(lines.count == 1 && lines[0].hasPrefix("\(words[0]): "), "\(words): \(output.errors)")
            report("read-only: \(output.errors)")
        }
        try disk.turn(readOnly: false)
        let second = try submit(1, "true", to: home)
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        for id in first + second { #expect(try home.field("status", of: "\(id)") == "completed") }
        try home.expectSound()
    }

    private func submit(_ count: Int, _ script: String, to home: Home) throws -> [TaskID] {
        let lines = String(repeating: script + "\n", count: count)
        let output = try home.koubouctl("submit", "--lines", "--cwd", home.path, stdin: lines)
        #expect(output.status == 0, "\(output.errors)")
        return output.lines.compactMap { Int64($0).map(TaskID.init) }
    }

    private func isOurs(_ pid: pid_t) -> Bool {
        let name = (try? readFile("/proc/\(pid)/comm")) ?? []
        return name.starts(with: "koubou".utf8)
    }

    /// User and system time: proc(5), fields 14 and 15.
    private func cpuTime(of pid: pid_t) throws -> Duration {
        let text = String(decoding: try readFile("/proc/\(pid)/stat"), as: UTF8.self)
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.dropFirst(11).prefix(2).compactMap { Int($0) }.reduce(0, +)
        return .milliseconds(1000 * ticks / sysconf(Int32(_SC_CLK_TCK)))
    }
}
