import Glibc
import KoubouCore
import Testing

/// Ends a run in which a test hangs, and tells which: a test that blocks its thread can't be ended alone.
enum Watchdog {
    /// Longer than any test; the long forms of some take an hour.
    private static let patience: Duration = {
        let long = ["KOUBOU_CHAOS_SECONDS", "KOUBOU_CRASH_POINTS", "KOUBOU_POWER_CUTS", "KOUBOU_FUZZ"]
        return .seconds(long.contains { getenv($0) != nil } ? 7200 : 480)
    }()

    private struct Entry {
        let name: String
        let since: Duration
    }

    private final class Table: @unchecked Sendable {
        private var mutex = pthread_mutex_t()
        private var entries: [String: Entry] = [:]

        init() { pthread_mutex_init(&mutex, nil) }

        func set(_ key: String, _ entry: Entry?) {
            pthread_mutex_lock(&mutex)
            entries[key] = entry
            pthread_mutex_unlock(&mutex)
        }

        func hanging(at now: Duration) -> [String] {
            pthread_mutex_lock(&mutex)
            defer { pthread_mutex_unlock(&mutex) }
            return entries.values.filter { now - $0.since > patience }.map(\.name)
        }
    }

    private static let table: Table = {
        let table = Table()
        Background.run {
            while true {
                sleep(10)
                let hanging = table.hanging(at: MonotonicClock.now)
                guard hanging.isEmpty else {
                    writeAll("\nthese tests hang: \(hanging.joined(separator: ", "))\n", to: 2)
                    _exit(1)
                }
            }
        }
        return table
    }()

    /// Watches the test that made the home in `folder`.
    static func watch(_ folder: String) {
        table.set(folder, Entry(name: Test.current.map { "\($0.id)" } ?? folder, since: MonotonicClock.now))
    }

    static func forget(_ folder: String) { table.set(folder, nil) }
}
