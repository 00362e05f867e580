import Glibc
import KoubouCore
import Testing

/// A suite that `make test` leaves out: it needs root, and changes what is installed.
private struct LeftOutSuite {
    let target: String
    let subject: String
    let programs: [String]

    static let all = [
        LeftOutSuite(
            target: "test-cluster", subject: "a real Slurm and a real sshd",
            programs: ["slurmctld", "slurmd", "srun", "sbatch", "munged", "sshd", "ssh"]),
        LeftOutSuite(target: "test-package", subject: "the package in a bare Debian", programs: ["lintian", "debootstrap", "qemu-system-x86_64"]),
    ]

    var missing: [String] {
        programs.filter { program in
            !["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
                .contains { access("\($0)/\(program)", X_OK) == 0 }
        }
    }
}

@Suite struct SuiteTests {
    /// So that nobody takes a suite that did not run for one that passed.
    @Test func whatIsLeftOutIsNamedAndCounted() throws {
        let named = LeftOutSuite.all.map { suite in
            let missing = suite.missing
            let lack = missing.isEmpty ? "" : ", where \(missing.joined(separator: ", ")) will be installed"
            return "\(suite.subject) (make \(suite.target)\(lack))"
        }
        writeAll("left out: \(named.count) suites with engines and systems of others: \(named.joined(separator: "; "))\n", to: STDOUT_FILENO)
        let makefile = try SourceTree.text("Makefile")
        for suite in LeftOutSuite.all { #expect(makefile.contains("\n\(suite.target):")) }
    }
}
