import Glibc
import Testing

@testable import KoubouCore

/// Observes again and again until it sees `expected`; past the deadline it fails with what it saw last. One that sees it waits
/// no longer; a busy machine may be fifty times slower.
func eventually<Value: Equatable>(
    _ expected: Value, within limit: Duration = .seconds(150), at location: SourceLocation = #_sourceLocation,
    observe: () throws -> Value
) throws {
    let deadline = MonotonicClock.now + limit
    var seen = try observe()
    while seen != expected, MonotonicClock.now < deadline {
        usleep(2_000)
        seen = try observe()
    }
    #expect(seen == expected, "after \(limit)", sourceLocation: location)
}
