import Glibc

/// Runs `body` once on each of `count` threads and waits for all; returns what they returned, in order.
///
/// Threads of their own and not tasks: the tests want writers that really block each other.
func onThreads<Result>(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Result) throws -> [Result] {
    let jobs = (0..<count).map { index in ThreadJob { try body(index) } }
    var threads: [pthread_t] = []
    for job in jobs {
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<RunnableJob>.fromOpaque(argument).takeUnretainedValue().run()
                return nil
            }, Unmanaged.passUnretained(job as RunnableJob).toOpaque())
        guard status == 0 else { throw TestFault.call("pthread_create", status) }
        threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
    return try withExtendedLifetime(jobs) { try jobs.map { try $0.result() } }
}

private class RunnableJob {
    func run() {}
}

private final class ThreadJob<Result>: RunnableJob {
    private let body: () throws -> Result
    private var outcome: Swift.Result<Result, any Error>?

    init(_ body: @escaping () throws -> Result) { self.body = body }

    override func run() { outcome = Swift.Result(catching: body) }

    /// Only after the thread was joined.
    func result() throws -> Result {
        guard let outcome else { throw TestFault.unexpected("a thread left no result") }
        return try outcome.get()
    }
}
