import Glibc
import Testing

@testable import KoubouCore

struct WriteLockTests {
    /// Threads that wait for the locks of several homes, of which one has less patience: that it stops waiting must not let
    /// the others wait for ever.
    @Test func eachThreadWaitsWithItsOwnPatience() throws {
        let folder = try TemporaryFolder()
        let patience: [Duration] = [.milliseconds(100), .milliseconds(1000), .milliseconds(1500)]
        let paths = patience.indices.map { "\(folder.path)/lock\($0)" }
        let held = paths.map { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
        #expect(held.allSatisfy { flock($0, LOCK_EX | LOCK_NB) == 0 })
        let (told, telling) = try makePipe()
        defer { for file in held + [told, telling] { close(file) } }
        let outcomes = try onThreads(patience.count + 1) { index in
            guard index < patience.count else {
                // Whoever waits longer than this was forgotten.
                let deadline = MonotonicClock.now + .seconds(150)
                var bytes = [UInt8](repeating: 0, count: 1)
                var ended = 0
                while ended < patience.count, MonotonicClock.now < deadline {
                    if read(told, &bytes, 1) == 1 { ended += 1 } else { MonotonicClock.pause(for: .milliseconds(5)) }
                }
                for file in held { _ = flock(file, LOCK_UN) }
                return "\(ended)"
            }
            defer { writeAll("x", to: telling) }
            let lock = WriteLock(path: paths[index], patience: patience[index])
            do throws(StoreError) {
                try lock.acquire()
                lock.release()
                return "acquired"
            } catch { return "\(error.exitCode)" }
        }
        #expect(outcomes == ["temporaryFailure", "temporaryFailure", "temporaryFailure", "3"])
    }
}
