import Glibc
import Testing

@testable import KoubouCore

/// File, environment, options: the later ones win.
struct PrecedenceTests {
    private static func load(
        file: String? = nil, environment: Environment = [:],
        options: [(setting: SettingName, value: String, option: String)] = []
    ) throws -> Configuration {
        let folder = try TemporaryFolder()
        if let file { try folder.write("koubou.conf", file.utf8) }
        return try withExtendedLifetime(folder) {
            try Configuration.load(home: Home(option: folder.path, environment: [:]), environment: environment, options: options)
        }
    }

    private static let file = "[pool]\nmin = 2\nmax = 6\npoll = 3s\n[log]\nlevel = warn\n"

    @Test func withoutAFileTheDefaultsCount() throws {
        #expect(try Self.load().pool.workers == 1...5)
    }

    @Test func theFileBeatsTheDefaults() throws {
        let configuration = try Self.load(file: Self.file)
        #expect(configuration.pool.workers == 2...6)
        #expect(configuration.poll == .seconds(3))
        #expect(configuration.log.level == .warn)
    }

    @Test func theEnvironmentBeatsTheFile() throws {
        let configuration = try Self.load(
            file: Self.file, environment: ["KOUBOU_POOL_MAX": "7", "KOUBOU_LOG_LEVEL": "debug", "KOUBOU_OTHER": "x"])
        #expect(configuration.pool.workers == 2...7)
        #expect(configuration.log.level == .debug)
        #expect(configuration.poll == .seconds(3), "the rest stays")
    }

    @Test func optionsBeatTheEnvironment() throws {
        let configuration = try Self.load(
            file: Self.file, environment: ["KOUBOU_POOL_MAX": "7", "KOUBOU_POOL_POLL": "9s"],
            options: [(setting: ("pool", "max"), value: "8", option: "--max")])
        #expect(configuration.pool.workers == 2...8)
        #expect(configuration.poll == .seconds(9))
    }

    @Test func aStrongerSourceMayMoveTheOtherBound() throws {
        #expect(try Self.load(file: Self.file, environment: ["KOUBOU_POOL_MIN": "9"]).pool.workers == 9...9)
        #expect(try Self.load(file: Self.file, environment: ["KOUBOU_POOL_MAX": "1"]).pool.workers == 1...1)
        #expect(try Self.load(file: Self.file, environment: ["KOUBOU_POOL_PROFILE": "steady"]).pool.workers == 3...5)
        #expect(try Self.load(
            file: Self.file, options: [
                (setting: ("pool", "min"), value: "4", option: "--min"),
                (setting: ("pool", "profile"), value: "light", option: "--profile"),
            ]
        ).pool.workers == 4...8)
    }

    @Test func errorsNameTheirSource() throws {
        let inEnvironment = #expect(throws: ConfigurationError.self) {
            try Self.load(environment: ["KOUBOU_POOL_POLL": "fast"])
        }
        #expect(inEnvironment?.line.hasPrefix("poll is 'fast' (KOUBOU_POOL_POLL): write a number and its unit") == true)
        let inOption = #expect(throws: ConfigurationError.self) {
            try Self.load(options: [(setting: ("pool", "threshold"), value: "-2", option: "--threshold")])
        }
        #expect(inOption?.line == "threshold is '-2' (--threshold): write a number above 0, such as 2 or 0.5")
        let inBoth = #expect(throws: ConfigurationError.self) {
            try Self.load(environment: ["KOUBOU_POOL_MIN": "5", "KOUBOU_POOL_MAX": "4"])
        }
        #expect(inBoth?.line == "min is 5, above max, which is 4 (KOUBOU_POOL_MAX): lower min or raise max")
    }

    @Test func anUnreadableFileIsAnError() throws {
        let folder = try TemporaryFolder()
        try makeFolder(folder("koubou.conf"))
        let home = try Home(option: folder.path, environment: [:])
        let error = #expect(throws: ConfigurationError.self) { try Configuration.load(home: home, environment: [:]) }
        #expect(error?.line == "cannot read '\(folder.path)/koubou.conf': Is a directory")
    }

    @Test func theFileOfTheHomeIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("koubou.conf", "[pool]\nmin = x\n".utf8)
        let home = try Home(option: folder.path, environment: [:])
        let error = #expect(throws: ConfigurationError.self) { try Configuration.load(home: home, environment: [:]) }
        #expect(error?.line.contains("(\(folder.path)/koubou.conf:2)") == true)
    }
}
