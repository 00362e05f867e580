import Glibc
import Testing

@testable import KoubouCore

/// On a folder of plain files, as a kernel that has no memory controller to give would refuse the real one.
@Suite struct DelegatedCgroupTests {
    @Test func aTaskIsSpawnedInsideOfItsLimit() throws {
        let folder = try Folder()
        let cgroup = DelegatedCgroup(path: folder.path)
        for name in ["pool", "task_7"] { try #require(mkdir(folder.path + "/" + name, 0o755) == 0) }
        for file in ["pool/cgroup.procs", "task_7/memory.max", "task_7/memory.oom.group", "task_7/pids.max", "task_7/cpu.weight", "task_7/cgroup.procs", "task_7/cgroup.kill"] {
            try FileDescriptor(opening: folder.path + "/" + file, O_WRONLY | O_CREAT).close()
        }
        var limits = TaskLimits()
        (limits.memoryMax, limits.pidsMax, limits.cpuWeight) = (1 << 26, 40, 25)
        let inside = cgroup.within("task_7", limits) {
            ["cgroup.procs", "pids.max", "memory.max", "memory.oom.group"].map { folder.text("task_7/" + $0) }
        }
        #expect(inside == ["\(getpid())", "41", "", ""], "we are one of them, for as long: want of memory must not end us")
        #expect(folder.text("task_7/memory.max") == "67108864")
        #expect(folder.text("task_7/memory.oom.group") == "1")
        #expect(folder.text("task_7/pids.max") == "40")
        #expect(folder.text("task_7/cpu.weight") == "25")
        #expect(folder.text("pool/cgroup.procs") == "\(getpid())", "the worker goes back")
        #expect(folder.text("task_7/cgroup.kill") == "")
        cgroup.remove("task_7")
        #expect(folder.text("task_7/cgroup.kill") == "1")
    }

    @Test(arguments: [true, false])
    func isRunWhereItCanBeEntered(canBeEntered: Bool) throws {
        let folder = try Folder()
        try #require(mkdir(folder.path + "/task_7", 0o755) == 0)
        if canBeEntered { try FileDescriptor(opening: folder.path + "/task_7/cgroup.procs", O_WRONLY | O_CREAT).close() }
        var hasRun = false
        var limits = TaskLimits()
        limits.memoryMax = 1 << 26  // no controller of memory here
        let result: Bool? = DelegatedCgroup(path: folder.path).within("task_7", limits) {
            hasRun = true
            return hasRun
        }
        #expect(result == (canBeEntered ? true : nil))
        #expect(hasRun == canBeEntered)
    }

    @Test func tellsItsControllers() throws {
        let folder = try Folder()
        let cgroup = DelegatedCgroup(path: folder.path)
        #expect(cgroup.controllers == [])
        let file = try FileDescriptor(opening: folder.path + "/cgroup.subtree_control", O_WRONLY | O_CREAT)
        writeAll("cpu memory\n", to: file.number)
        #expect(cgroup.controllers == ["cpu", "memory"])
    }

    @Test(arguments: [
        ("low 0\nhigh 0\nmax 4\noom 1\noom_kill 2\n", true), ("low 0\noom 0\noom_kill 0\noom_group_kill 0\n", false), ("", false),
    ])
    func tellsAKillForWantOfMemory(events: String, wanted: Bool) throws {
        let folder = try Folder()
        try #require(mkdir(folder.path + "/task_7", 0o755) == 0)
        let file = try FileDescriptor(opening: folder.path + "/task_7/memory.events", O_WRONLY | O_CREAT)
        writeAll(events, to: file.number)
        #expect(DelegatedCgroup(path: folder.path).ranOutOfMemory("task_7") == wanted)
    }
}

/// A temporary folder, deleted with all that is in it.
private final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/koubou-cgroup-XXXXXX".utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
    }

    deinit {
        for name in fileNames(in: path) {
            for file in fileNames(in: path + "/" + name) { unlink("\(path)/\(name)/\(file)") }
            remove(path + "/" + name)
        }
        rmdir(path)
    }

    func text(_ file: String) -> String { String(decoding: (try? readFile(path + "/" + file)) ?? [], as: UTF8.self) }
}
