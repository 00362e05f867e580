import KoubouCore
import Testing

/// `make install` and `make uninstall`, with the programs that are tested.
struct InstallTests {
    @Test func everythingIsInstalledAndRemoved() throws {
        let home = try Home()
        let prefix = home.folder + "/my usr"
        func make(_ target: String) throws -> Home.Output {
            try home.run([
                "/usr/bin/make", "-C", SourceTree.path(""), target, "PREFIX=\(prefix)", "PROGRAMS=\(Home.programs)",
            ])
        }
        let installed = try make("install")
        #expect(installed.status == 0, "\(installed.errors)")
        let bin = prefix + "/bin"
        #expect(try home.run([bin + "/koubouctl", "start", "--max", "1"]).status == 0)
        #expect(try home.run([bin + "/koubouctl", "submit", "--wait", "echo works"]).text == "works")
        #expect(try home.run([bin + "/koubouctl", "stop"]).status == 0)
        for page in ["man1/koubouctl.1", "man5/koubou.conf.5", "man7/koubou.7", "man8/kouboud.8", "man8/koubou-worker.8"] {
            #expect(home.exists("my usr/share/man/" + page))
        }
        for unit in ["lib/systemd/system/kouboud.service", "share/systemd/user/kouboud.service"] {
            let escaped = bin.replacing(" ", with: "\\x20")
            #expect(try home.read("my usr/" + unit).contains("ExecStart=\(escaped)/kouboud\n"))
        }
        let words = try home.read("my usr/share/bash-completion/completions/koubouctl")
        #expect(try words == home.koubouctl("completion", "bash").text + "\n")
        let files = try home.run(["/usr/bin/find", prefix, "-type", "f", "!", "-perm", "/022"]).lines
        #expect(try files.sorted() == home.run(["/usr/bin/find", prefix, "-type", "f"]).lines.sorted(), "for the owner to change")

        #expect(try make("uninstall").status == 0)
        #expect(try home.run(["/usr/bin/find", prefix, "-type", "f", "-o", "-name", "*koubou*"]).lines == [])
    }

    /// A packager's folder is named from where make runs, and root's files are for all to read and for nobody else to change.
    @Test(arguments: ["000", "077"]) func theFolderOfAPackageMayBeRelative(umask: String) throws {
        let home = try Home()
        let folder = String(repeating: "../", count: 20) + home.folder.dropFirst() + "/package"
        let words = "make -s -C \(SourceTree.path("")) install PREFIX=/usr DESTDIR=\(folder) PROGRAMS=\(Home.programs)"
        let installed = try home.shell("umask \(umask); \(words)")
        #expect(installed.status == 0, "\(installed.errors)")
        #expect(home.exists("package/usr/bin/kouboud"))
        #expect(try home.run(["/usr/bin/find", home.folder + "/package", "!", "-perm", "/022", "-perm", "-044"]).lines.count
            == home.run(["/usr/bin/find", home.folder + "/package"]).lines.count)
    }

    /// Units name the programs by it.
    @Test(arguments: ["usr", "/a%b", "/a|b"]) func aPrefixThatUnitsCannotNameIsRefused(prefix: String) throws {
        let home = try Home()
        let made = try home.run([
            "/usr/bin/make", "-s", "-C", SourceTree.path(""), "install", "PREFIX=\(prefix)", "DESTDIR=\(home.folder)/package",
            "PROGRAMS=\(Home.programs)",
        ])
        #expect(made.status == 2)
        #expect(made.errors.hasPrefix("PREFIX is '\(prefix)': write a path from / on"), "\(made.errors)")
        #expect(!home.exists("package"))
    }
}
