import Glibc
import KoubouCore
import Testing

/// Chromium and the packages that drive it; `.ci/browser` installs them.
enum Browser {
    static let chromium = "/usr/bin/chromium"
    private static let environment = SourceTree.path(".build/agents/browser")
    static let python = environment + "/bin/python"
    /// The mark is made when all packages are in their place.
    static let hasPackages = access(environment + "/whole", F_OK) == 0
    static let isThere = hasPackages && access(chromium, X_OK) == 0
    static let absence: Comment = "no Chromium, or no Playwright in .build/agents: make test-web installs them"
}

/// The page in a real browser. Each check is a function of Tests/Browser/page.py.
@Suite(.enabled(if: Browser.isThere, Browser.absence), .serialized) struct BrowserTests {
    static let checks = ["submit", "control", "hostile", "keyboard", "access", "restart", "reach"]

    @Test(arguments: checks) func thePageHolds(_ check: String) throws {
        let home = try Home()
        try home.configure("[serve]\nallow_types = general, shell, exec\n[type general]\ncommand = cat\n")
        let served = try ServedHome(home)
        _ = try home.startSupervisor()
        let token = try home.koubouctl("token", "--right", "read", "r").text
        home.environment += [
            "KOUBOU_TOKEN=\(token)", "PYTHONDONTWRITEBYTECODE=1", "KOUBOU_GATEWAY=\(served.program.pid)",
            "KOUBOU_CTL=\(Home.programs)/koubouctl",
        ]
        if let folder = getenv("KOUBOU_SCREENSHOTS") { home.environment.append("KOUBOU_SCREENSHOTS=\(String(cString: folder))") }
        let run = try home.start(Browser.python, SourceTree.path("Tests/Browser/page.py"), served.url, home.folder, check)
        #expect(try run.status(within: .seconds(240)) == 0, "\(run.stdout)\n\(run.stderr)")
    }
}

@Suite struct BrowserAbsenceTests {
    /// So that nobody takes a test that did not run for one that passed.
    @Test func whatIsLeftOutIsNamedAndCounted() {
        guard !Browser.isThere else { return }
        let names = BrowserTests.checks.joined(separator: ", ")
        writeAll("left out: \(BrowserTests.checks.count) tests of the page in a browser: \(names)\n", to: STDOUT_FILENO)
    }
}

/// `/ws` with the client of the package websockets.
@Suite(.enabled(if: Browser.hasPackages, Browser.absence)) struct SocketPackageTests {
    @Test func theClientUnderstandsIt() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        _ = try home.startSupervisor()
        home.environment.append("PYTHONDONTWRITEBYTECODE=1")
        let run = try home.start(Browser.python, SourceTree.path("Tests/Browser/socket_client.py"), "\(served.url)")
        #expect(try run.status(within: .seconds(120)) == 0, "\(run.stdout)\n\(run.stderr)")
    }
}
