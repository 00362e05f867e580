import CLinux
import Glibc

/// How to start a process: everything is exact bytes, nothing passes through a shell.
public struct SpawnPlan {
    /// A path with a slash, or a name that is looked up in the `PATH` of `environment`.
    public var arguments: [[UInt8]]
    /// The file to execute, where it is not the one that the first of `arguments` names.
    public var program: [UInt8]?
    /// `NAME=value` each.
    public var environment: [[UInt8]]
    public var workingDirectory: [UInt8]?
    /// Descriptors of ours, by the number that they get in the child. All above the highest are closed there; what is
    /// missing of 0, 1, 2 is `/dev/null`.
    public var descriptors: [Int32: Int32] = [:]
    public var placement: Placement = .ownGroup
    public var limits = TaskLimits()
    /// Signals that the child starts with blocked.
    public var blockedSignals: [Int32] = []

    public enum Placement { case ownGroup, ownSession }

    public init(arguments: [[UInt8]], environment: [[UInt8]], workingDirectory: [UInt8]? = nil) {
        (self.arguments, self.environment, self.workingDirectory) = (arguments, environment, workingDirectory)
    }
}

/// Why a process could not be started.
public enum SpawnError: Error, Equatable {
    /// No file of that name: a shell would say 127.
    case programNotFound(String)
    /// There is a file, but it can't be executed: a shell would say 126.
    case programNotExecutable(String, cause: String)
    case noWorkingDirectory(String, cause: String)
    case system(SystemError)
}

extension SpawnError: UserFacingError {
    public var exitCode: ExitCode {
        switch self {
        case .programNotFound, .programNotExecutable: .unavailable
        case .noWorkingDirectory: .noInput
        case .system(let error): error.exitCode
        }
    }

    public var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .programNotFound(let name): ("program '\(name)' not found", nil, nil)
        case .programNotExecutable(let name, let cause): ("program '\(name)' can't be executed: \(cause)", nil, nil)
        case .noWorkingDirectory(let path, let cause): ("working directory '\(path)' can't be used: \(cause)", nil, nil)
        case .system(let error): error.report
        }
    }
}

/// Starts a process; returns its pid once the program is running in it (posix_spawn of Glibc waits for the exec).
public func spawn(_ plan: SpawnPlan) throws(SpawnError) -> pid_t {
    if let directory = plan.workingDirectory { try checkWorkingDirectory(directory) }
    let program = try locate(plan)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
    switch plan.placement {
    case .ownGroup:
        flags |= Int32(POSIX_SPAWN_SETPGROUP)
        posix_spawnattr_setpgroup(&attributes, 0)
    case .ownSession: flags |= Int32(koubou_spawn_setsid)
    }
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var mask = SignalSet.of()
    for signal in plan.blockedSignals { sigaddset(&mask, signal) }
    posix_spawnattr_setsigmask(&attributes, &mask)
    var defaults = SignalSet.all
    posix_spawnattr_setsigdefault(&attributes, &defaults)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    try fill(&actions, plan)

    var pid: pid_t = 0
    let status = withCStrings(plan.arguments) { arguments in
        withCStrings(plan.environment) { environment in
            withCString(program) { program in
                withLimits(plan.limits) {
                    posix_spawn(&pid, program, &actions, &attributes, arguments, environment)
                }
            }
        }
    }
    guard status == 0 else {
        let name = String(decoding: plan.arguments[0], as: UTF8.self)
        switch status {
        case EACCES, ENOEXEC, ENOTDIR, EISDIR, ELOOP, ETXTBSY, ENOENT:
            // ENOENT: the file is there, so it is the interpreter that its first line names which is missing.
            let cause = status == ENOENT ? "its interpreter is missing" : SystemError("", code: status).cause
            throw .programNotExecutable(name, cause: cause)
        default: throw .system(SystemError("start", name, code: status))
        }
    }
    return pid
}

/// What happens to descriptors and directory in the child. Glibc refuses numbers above the limit of this process.
private func fill(_ actions: inout posix_spawn_file_actions_t, _ plan: SpawnPlan) throws(SpawnError) {
    func check(_ status: Int32) throws(SpawnError) {
        guard status == 0 else { throw .system(SystemError("prepare a process", code: status)) }
    }
    for number in Int32(0)...2 where plan.descriptors[number] == nil {
        if nullDevice >= 0 {
            try check(posix_spawn_file_actions_adddup2(&actions, nullDevice, number))
        } else {
            try check(posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0))
        }
    }
    var highest: Int32 = 2
    for (number, ours) in plan.descriptors.sorted(by: { $0.key < $1.key }) {
        // A descriptor of ours is never 0, 1, 2 or another target: see `main`, which fills those three.
        try check(posix_spawn_file_actions_adddup2(&actions, ours, number))
        highest = max(highest, number)
    }
    try check(posix_spawn_file_actions_addclosefrom_np(&actions, highest + 1))
    if let directory = plan.workingDirectory {
        try check(withCString(directory) { posix_spawn_file_actions_addchdir_np(&actions, $0) })
    }
}

/// Opened once: children share it. Negative where it can't be had.
private let nullDevice = open("/dev/null", O_RDWR | O_CLOEXEC)

private func checkWorkingDirectory(_ directory: [UInt8]) throws(SpawnError) {
    let path = String(decoding: directory, as: UTF8.self)
    var status = stat()
    func refuse(_ code: Int32) -> SpawnError { .noWorkingDirectory(path, cause: SystemError("", code: code).cause) }
    guard withCString(directory, { stat($0, &status) }) == 0 else { throw refuse(errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw refuse(ENOTDIR) }
    guard withCString(directory, { access($0, X_OK) }) == 0 else { throw refuse(errno) }
}

/// The file to execute, found as a shell in the child would find it: by the child's own `PATH` and directory.
public func locate(_ plan: SpawnPlan) throws(SpawnError) -> [UInt8] {
    let program = plan.program ?? plan.arguments.first ?? []
    let name = String(decoding: program, as: UTF8.self)
    guard !program.isEmpty else { throw .programNotFound("") }
    func full(_ path: [UInt8]) -> [UInt8] {
        guard path.first != UInt8(ascii: "/"), let directory = plan.workingDirectory else { return path }
        return directory + [UInt8(ascii: "/")] + path
    }
    func exists(_ path: [UInt8]) -> Bool { withCString(full(path)) { access($0, F_OK) } == 0 }
    func canRun(_ path: [UInt8]) -> Bool {
        var status = stat()
        return withCString(full(path)) { stat($0, &status) == 0 && access($0, X_OK) == 0 }
            && status.st_mode & S_IFMT == S_IFREG
    }
    if program.contains(UInt8(ascii: "/")) {
        guard exists(program) else { throw .programNotFound(name) }
        return program
    }
    let prefix = Array("PATH=".utf8)
    let path =
        plan.environment.last { $0.starts(with: prefix) }.map { Array($0.dropFirst(prefix.count)) }
        ?? Array("/usr/local/bin:/usr/bin:/bin".utf8)
    let candidates = path.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map {
        ($0.isEmpty ? [UInt8(ascii: ".")] : Array($0)) + [UInt8(ascii: "/")] + program
    }
    // One that is there and can't be executed is named in the error, when no other can.
    if let found = candidates.first(where: canRun) ?? candidates.first(where: exists) { return found }
    throw .programNotFound(name)
}

private func withCString<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes + [0]).withUnsafeBytes { body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
}

/// Calls `body` with a NULL-terminated array of the words, as execve(2) takes it.
private func withCStrings<Result>(
    _ words: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let size = words.reduce(1) { $0 + $1.count + 1 }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { text in
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<CChar>?.self, capacity: words.count + 1) { pointers in
            var next = text.baseAddress!
            for (index, word) in words.enumerated() {
                pointers.initializeElement(at: index, to: next)
                word.withUnsafeBytes { bytes in
                    if let start = bytes.baseAddress { memcpy(next, start, bytes.count) }
                }
                next[word.count] = 0
                next += word.count + 1
            }
            pointers.initializeElement(at: words.count, to: nil)
            return body(UnsafePointer(pointers.baseAddress!))
        }
    }
}
