import Glibc
import Testing

@testable import KoubouCore

/// One system call of a program that is made to fail, or to be the program's last.
struct CrashPoint {
    let call: String
    /// Which of its calls, from 1.
    let number: Int
    /// As strace(1) has it: `error=EIO`, `signal=KILL`.
    let effect: String
    /// What the call was about: a file's name, or nothing.
    let subject: String

    /// A file of the home, below its folder, when only calls about it are counted: other calls of the kind may come
    /// sooner or later.
    let file: String?

    /// Words before a command that make the point come true. The program alone is traced, not what it starts.
    func tracer(in home: Home) -> [String] {
        ["/usr/bin/strace", "-o", "/dev/null"] + (file.map { ["-P", home.folder + $0] } ?? [])
            + ["-e", "trace=\(call)", "-e", "inject=\(call):\(effect):when=\(number)"]
    }

    var description: String { "\(call) #\(number) \(subject) \(effect)" }

    /// A status of sysexits(3) or death by our own signal: no crash of Swift, no hang.
    func expectOrderlyEnd(_ status: Int32, at location: SourceLocation = #_sourceLocation) {
        let isKill = effect == "signal=KILL" && status == 128 + SIGKILL
        #expect(ExitCode(rawValue: status) != nil || isKill, "\(self): status \(status)", sourceLocation: location)
    }

    static let canTrace =
        access("/usr/bin/strace", X_OK) == 0
        && (try? Home().run(["/usr/bin/strace", "-o", "/dev/null", "/bin/true"]).status) == 0

    private static let errors: [String: [String]] = [
        "pwrite64": ["EIO", "ENOSPC", "EINTR"], "pread64": ["EIO"], "write": ["EIO", "ENOSPC", "EINTR"],
        "fdatasync": ["EIO", "ENOSPC", "EINTR"], "fsync": ["EIO", "ENOSPC"], "unlink": ["EIO"],
        "openat": ["EIO", "ENOSPC", "EINTR", "EMFILE"], "mkdir": ["EIO", "ENOSPC"], "ftruncate": ["EIO", "ENOSPC"],
        "flock": ["EIO", "EINTR"],
        // SQLite has no answer to a lock that it can't give back, which never happens on a local disk.
        "fcntl": [], "clone3": ["EAGAIN", "ENOMEM"],
        "clone": ["EAGAIN", "ENOMEM"], "vfork": ["EAGAIN", "ENOMEM"], "memfd_create": ["EMFILE"], "pipe2": ["EMFILE"],
        "epoll_ctl": ["ENOMEM"], "pidfd_open": ["EMFILE"], "wait4": ["EINTR"],
    ]

    /// All points of a program that runs in `home` now, once, without any fault.
    static func all(of words: [String], in home: Home) throws -> [CrashPoint] {
        let log = home.folder + "/strace"
        let traced = try home.run(
            ["/usr/bin/strace", "-y", "-o", log, "-e", "trace=" + errors.keys.sorted().joined(separator: ",")] + words)
        #expect(traced.status == 0, "\(traced.errors)")
        var counts: [String: Int] = [:]
        var points: [CrashPoint] = []
        for line in try home.read("strace").split(separator: "\n") {
            let call = String(line.prefix { $0 != "(" })
            guard call.count < line.count, let codes = errors[call] else { continue }
            let file = call == "write" ? file(line, in: home) : nil
            let key = call + (file ?? "")
            counts[key, default: 0] += 1
            // What the loader and the runtime of a debug build do is not ours.
            if ["\"/lib", "\"/usr", "\"/etc/ld", "\"/sys", "\"/proc/self/maps", ".so"].contains(where: line.contains) {
                continue
            }
            // What a task is given is in memory: it can't be out of order, or full.
            let errors = call == "write" && line.contains("memfd:input") ? [] : codes.map { "error=\($0)" }
            for effect in errors + ["signal=KILL"] {
                points.append(
                    CrashPoint(
                        call: call, number: counts[key] ?? 0, effect: effect, subject: subject(line), file: file))
            }
        }
        return points
    }

    /// The file of `home` that the descriptor in a line belongs to.
    private static func file(_ line: Substring, in home: Home) -> String? {
        guard let start = line.firstRange(of: "<" + home.folder)?.upperBound else { return nil }
        return String(line[start...].prefix { $0 != ">" })
    }

    /// The last part of the first path in a line.
    private static func subject(_ line: Substring) -> String {
        let mark: Set<Character> = line.hasPrefix("openat") ? ["\""] : ["<", "\""]
        guard let start = line.firstIndex(where: mark.contains) else { return "-" }
        let path = line[start...].dropFirst().prefix { $0 != ">" && $0 != "\"" }
        let isFile = path.hasPrefix("/") && !path.contains("/proc")
        return isFile ? String(path.split(separator: "/").last ?? "/") : line[start] == "<" ? "descriptor" : "-"
    }
}

/// The points that are tried: all of them with `KOUBOU_CRASH_POINTS=all`, else some of each kind, by a seed.
struct CrashPointSample {
    let points: [CrashPoint]
    private let all: Int

    init(_ all: [CrashPoint], size: Int, _ random: inout ChaosGenerator) {
        self.all = all.count
        guard Environment.ofProcess["KOUBOU_CRASH_POINTS"] != "all" else {
            points = all
            return
        }
        // In turn from each kind of call, so that the many reads and locks don't crowd out the few that spawn.
        var kinds = Dictionary(grouping: all.shuffled(using: &random), by: \.call)
        var chosen: [CrashPoint] = []
        while chosen.count < size, !kinds.isEmpty {
            for call in kinds.keys.sorted() {
                if let point = kinds[call]?.popLast() { chosen.append(point) } else { kinds[call] = nil }
            }
        }
        points = chosen
    }

    /// A line for each kind of call: how many points, and on what.
    func table(_ title: String) -> String {
        let lines = Dictionary(grouping: points, by: \.call).sorted { $0.key < $1.key }.map { call, points in
            let effects = Set(points.map { $0.effect.split(separator: "=").last ?? "" }).sorted()
            let subjects = Set(points.map(\.subject)).sorted()
            return "  \(call): \(points.count) (\(effects.joined(separator: " ")); \(subjects.joined(separator: " ")))"
        }
        return "\(title): \(points.count) of \(all) crash points\n" + lines.joined(separator: "\n")
    }
}
