import Glibc
import Testing

/// The scripts of `completion`, run by the shells themselves. zsh and fish are left out where they are not installed.
@Suite struct CompletionTests {
    private func queue() throws -> Home {
        let home = try Home()
        try home.koubouctl("submit", "--tag", "plain", "--tag", "two words", "true")
        try home.koubouctl("submit", "-t", "code", "x")
        try home.koubouctl("submit", "exit 1")
        try home.koubouctl("cancel", "3")
        try home.shell("mkdir -p home/logs/workers; touch home/logs/workers/worker_007.log 'a file'; mkdir afolder")
        return home
    }

    /// What bash would offer for the last of `words`.
    private func bash(_ words: [String], in home: Home) throws -> [String] {
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        return try home.shell(
            """
            koubouctl completion bash > k.bash
            exec bash --norc -c '. ./k.bash; COMP_WORDS=(koubouctl "$@"); COMP_CWORD=$#; _koubouctl
              for reply in "${COMPREPLY[@]}"; do printf "%s\\n" "$reply"; done' bash \(quoted)
            """
        ).lines
    }

    @Test(arguments: [
        (["sub"], ["submit"]), (["li"], ["list"]), (["list", "--sta"], ["--status"]),
        (["list", "--status", "in"], ["in_progress"]), (["list", "--status", "=", "comp"], ["completed"]),
        (["list", "-t", "c"], ["code"]), (["list", "--json", "--tag", ""], ["plain", "two\\ words"]),
        (["show", ""], ["3", "2", "1"]), (["retry", ""], ["3"]), (["cancel", ""], ["2", "1"]), (["show", "2"], ["2"]),
        (["--home", "/no/such", "show", ""], []), (["logs", "--worker", ""], ["worker_007"]),
        (["help", "doc"], ["doctor"]), (["completion", ""], ["bash", "zsh", "fish"]), (["nonsense", ""], []),
        (["submit", "--cwd", "a"], ["afolder"]), (["submit", "--", "cat", "a"], ["afolder", "a file"]),
        (["pool", "--profile", ""], ["light", "heavy", "burst", "steady"]), (["submit", "-wt", "sh"], ["shell"]),
        (["list", "--status="], ["--status=blocked", "--status=scheduled", "--status=pending", "--status=in_progress",
            "--status=completed", "--status=failed", "--status=cancelled"]),
        (["-"], ["--home", "--quiet", "--verbose", "--help", "-q", "-v", "-h"]),
    ])
    func bashOffers(words: [String], offers: [String]) throws {
        #expect(Set(try bash(words, in: queue())) == Set(offers))
    }

    @Test func errorsAreSilent() throws {
        let home = try Home()
        try home.shell("mkdir -m 700 -p home/db; echo rubbish > home/db/koubou.db")
        for words in [["show", ""], ["list", "--tag", ""], ["--home", ""], ["--home"], []] {
            let output = try home.run(["koubouctl", "complete", "--"] + words)
            #expect(output.status == 0)
            #expect(output.stderr == [])
        }
    }

    /// Its own functions, which need a terminal, are replaced by ones that print.
    @Test(.enabled(if: access("/usr/bin/zsh", X_OK) == 0))
    func zshOffers() throws {
        let home = try queue()
        func zsh(_ words: String) throws -> [String] {
            try home.shell(
                """
                koubouctl completion zsh > _koubouctl
                exec zsh -f -c 'compdef() {}; _files() { print files "$@"; }; _describe() { print -l -- "${(@P)argv[-1]}"; }
                  . ./_koubouctl; words=(koubouctl "$@"); CURRENT=$#words; _koubouctl' zsh \(words)
                """
            ).lines
        }
        #expect(try zsh("list --status pen") == ["pending"])
        #expect(try zsh("show 1") == ["1:pending: true"])
        #expect(try zsh("submit --cwd ''") == ["files -/"])
        #expect(try zsh("backup ''") == ["files"])
        #expect(try zsh("list --tag two") == ["two words"])
    }

    @Test(.enabled(if: access("/usr/bin/fish", X_OK) == 0))
    func fishOffers() throws {
        let home = try queue()
        func fish(_ line: String) throws -> [String] {
            try home.shell(
                "koubouctl completion fish > k.fish; exec fish --no-config -c 'source k.fish; complete -C \"koubouctl \(line)\"'"
            ).lines
        }
        #expect(try fish("list --status pen") == ["pending"])
        #expect(try fish("show 1") == ["1\tpending: true"])
        #expect(try fish("submit --cwd a").map { $0.prefix { $0 != "\t" } } == ["afolder/"])
        #expect(try fish("completion ") == ["bash", "fish", "zsh"])
    }

    @Test func anUnknownShellIsRefused() throws {
        let home = try Home()
        for words in [["completion"], ["completion", "tcsh"], ["completion", "bash", "zsh"]] {
            let output = try home.run(["koubouctl"] + words)
            #expect(output.status == 64)
            #expect(output.errors.contains("koubouctl completion bash"))
        }
        let shown = try home.koubouctl("help").lines
        #expect(!shown.contains { $0.hasPrefix("  complete ") }, "a command of the scripts is not for people")
    }
}
