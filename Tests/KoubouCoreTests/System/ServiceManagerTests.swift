import Testing

@testable import KoubouCore

struct ServiceManagerTests {
    private static func patience(_ microseconds: String) -> Duration? {
        ServiceManager(environment: ["NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": microseconds])?.patience
    }

    @Test func aWatchdogHasATime() {
        #expect(Self.patience("1500000") == .milliseconds(1500))
        #expect(Self.patience("9223372036854775807") != nil)
    }

    /// One without would be fed without a pause.
    @Test(arguments: ["0", "-1", "", "abc", "1s", "99999999999999999999"]) func noOtherIsFed(microseconds: String) {
        #expect(Self.patience(microseconds) == nil)
    }
}
