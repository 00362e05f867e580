import Glibc
import KoubouCore
import Testing

/// Logs stay within their bounds without anybody's help.
struct LogBoundTests {
    @Test func theLogsOfAPoolArePutAsideAndCounted() throws {
        let home = try Home()
        _ = try home.queue()
        try home.write("[log]\nlevel = debug\nmax_size = 2000\nkeep = 2\n", to: home.path + "/koubou.conf")
        let supervisor = try home.startSupervisor("--max", "1")
        for _ in 0..<40 { supervisor.signal(SIGUSR2); usleep(1000) }
        #expect(try home.shell("seq -f 'true %g' 60 | koubouctl submit --lines | xargs koubouctl wait").status == 0)
        try eventually(["worker_001.log", "worker_001.log.1", "worker_001.log.2"]) {
            fileNames(in: home.path + "/logs/workers").sorted()
        }
        try eventually(["worker_pool.log", "worker_pool.log.1", "worker_pool.log.2"]) {
            supervisor.signal(SIGUSR2)
            return fileNames(in: home.path + "/logs").filter { $0.hasPrefix("worker_pool") }.sorted()
        }
        for name in ["workers/worker_001.log", "worker_pool.log"] {
            for end in ["", ".1", ".2"] {
                // One that is just put aside is empty, or not there.
                try eventually(true) { (1..<3000).contains(fileStatus(home.path + "/logs/" + name + end)?.st_size ?? 0) }
            }
        }
        #expect(try home.koubouctl("logs", "--worker", "worker_001").status == 0)

        // HUP opens the logs anew, as after a rotation by another program.
        let log = home.path + "/logs/workers/worker_001.log"
        try #require(rename(log, log + "-20260101") == 0)
        supervisor.signal(SIGHUP)
        try eventually(true) { fileStatus(log) != nil }
    }

    /// What a worker says when it crashes is found in the log it has now.
    @Test func standardErrorOfAWorkerFollowsItsLog() throws {
        let home = try Home()
        _ = try home.queue()
        try home.write("[log]\nlevel = debug\nmax_size = 1000\nkeep = 1\n", to: home.path + "/koubou.conf")
        _ = try home.startSupervisor("--max", "1")
        #expect(try home.shell("seq -f 'true %g' 40 | koubouctl submit --lines | xargs koubouctl wait").status == 0)
        let pid = try home.koubouctl("workers", "--json").text
        let worker = try home.json(pid, "$.pid")
        let log = home.path + "/logs/workers/worker_001.log"
        #expect(fileStatus(log + ".1") != nil)
        // It may just be put aside.
        try eventually(true) { try #require(fileStatus("/proc/\(worker)/fd/2")).st_ino == fileStatus(log)?.st_ino }
    }

    @Test func logsOfSlotsThatAreGoneGoAfterADay() throws {
        let home = try Home()
        _ = try home.queue()
        func names() -> [String] { fileNames(in: home.path + "/logs/workers").filter { !$0.hasPrefix("worker_001") }.sorted() }
        let old = ["worker_002.log", "worker_007.log", "worker_007.log.1", "worker_1000.log", "notes.log", "worker_7.log"]
        for name in old {
            try home.write("x\n", to: home.path + "/logs/workers/" + name)
            #expect(try home.run(["/usr/bin/touch", "-d", "25 hours ago", home.path + "/logs/workers/" + name]).status == 0)
        }
        try home.write("x\n", to: home.path + "/logs/workers/worker_008.log")
        _ = try home.startSupervisor("--max", "2")
        try eventually(["notes.log", "worker_002.log", "worker_008.log", "worker_7.log"]) { names() }
    }
}
