import Glibc
import KoubouCore
import Testing

/// The units of systemd in `etc/systemd`.
struct UnitTests {
    private static let analyze = "/usr/bin/systemd-analyze"
    private static let units = [
        ("kouboud.service", "--system"), ("user/kouboud.service", "--user"),
    ]

    private func unit(_ name: String) throws -> String {
        try SourceTree.text("etc/systemd/" + name)
    }

    /// Verified with the programs that were built, and with the strict drop-in too.
    @Test(.enabled(if: access(analyze, X_OK) == 0), arguments: units, [false, true])
    func systemdFindsNoFault(unit: (name: String, manager: String), isStrict: Bool) throws {
        let home = try Home()
        let text = try self.unit(unit.name).replacing("/usr/local/bin/", with: Home.programs + "/")
        let path = try home.write(text.replacing("User=koubou\n", with: "User=root\n"), to: "kouboud.service")
        if isStrict {
            try makeFolder(path + ".d")
            try home.write(try self.unit("kouboud.service.d/strict.conf"), to: path + ".d/strict.conf")
        }
        home.environment.append("XDG_RUNTIME_DIR=\(home.folder)")
        let output = try home.run([Self.analyze, "verify", unit.manager, "--man=no", path])
        #expect(output.status == 0)
        #expect(output.errors.split(separator: "\n").filter { $0.contains(home.folder) } == [])
    }

    /// An upgrade of a large database comes before kouboud is ready.
    @Test(arguments: units.map(\.0)) func thereIsTimeToStart(name: String) throws {
        #expect(try unit(name).contains("\nTimeoutStartSec=infinity\n"))
    }

    /// systemd ends a service that takes longer to stop; kouboud needs the longest drain and what follows it.
    @Test(arguments: units.map(\.0)) func thereIsTimeToStop(name: String) throws {
        let seconds = try #require(unit(name).split(separator: "\n").first { $0.hasPrefix("TimeoutStopSec=") })
        let configuration = Configuration()
        let needed = configuration.stopTimeout + configuration.killGrace * 2 + .seconds(1)
        #expect(try Duration.seconds(#require(Int(seconds.drop { $0 != "=" }.dropFirst().dropLast()))) > needed)
    }
}
