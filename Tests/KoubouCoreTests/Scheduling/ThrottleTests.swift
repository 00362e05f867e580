import Testing

@testable import KoubouCore

struct ThrottleTests {
    @Test(arguments: [
        ("10/m", 10, Duration.seconds(60)), ("1/s", 1, .seconds(1)), ("10000/d", 10_000, .seconds(86_400)),
        ("3 / h", 3, .seconds(3600)), ("007/m", 7, .seconds(60)),
    ])
    func readsARate(_ text: String, _ count: Int, _ period: Duration) {
        #expect(Rate(text) == Rate(count: count, period: period))
    }

    @Test(arguments: [
        "", "10", "/m", "10/", "0/m", "-1/m", "+1/m", "1.5/m", "10/w", "10/M", "10/5m", "10/m/s", "10001/m",
        "99999999999999999999/m", "ten/m", "10m",
    ])
    func refusesWhatIsNoRate(_ text: String) { #expect(Rate(text) == nil) }

    @Test(arguments: [
        ("concurrency = 4\n", Throttle(concurrency: 4)), ("concurrency = 0\n", .none), ("rate = 10/m\n", Throttle(rate: Rate("10/m"))),
        ("rate = 10/m\nrate = 0\n", .none), ("", .none),
    ])
    func isReadFromTheConfiguration(_ text: String, _ throttle: Throttle) throws {
        var configuration = Configuration()
        try configuration.read(Array("[type shell]\n\(text)".utf8), file: "koubou.conf")
        #expect(configuration.throttles["shell"] == throttle)
    }

    @Test(arguments: ["concurrency = -1", "concurrency = many", "concurrency = 10001", "rate = 10", "rate = fast", "rate = 0/m"])
    func aWrongValueNamesItsLine(_ line: String) throws {
        var configuration = Configuration()
        let error = #expect(throws: ConfigurationError.self) {
            try configuration.read(Array("[type shell]\n\(line)\n".utf8), file: "koubou.conf")
        }
        #expect(error?.line.contains("(koubou.conf:2): write a") == true, "\(error?.line ?? "")")
    }
}
