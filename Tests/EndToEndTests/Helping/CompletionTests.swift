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
        (["submit", "--after", ""], ["3", "2", "1"]), (["submit", "--after", "3,"], ["3,3", "3,2", "3,1"]),
        (["submit", "--after-any", "=", "1,2"], ["1,2"]), (["submit", "--after=1,2"], ["--after=1,2"]),
        (["submit", "--continue", ""], []), (["pool", "--policy", ""], ["ratio", "target-wait"]),
        (["pool", "--m"], ["--min", "--max"]), (["config", "pool.po"], ["pool.poll", "pool.policy"]),
        (["load", "--mix", "a"], ["afolder", "a file"]), (["load", "-t", "c"], ["code"]),
        (["-"], ["--home", "--quiet", "--verbose", "--help", "-q", "-v", "-h"]),
    ])
    func bashOffers(words: [String], offers: [String]) throws {
        #expect(Set(try bash(words, in: queue())) == Set(offers))
    }

    /// One task of each kind; 9 waits for 1, and 10 has the key of 8.
    private func everyKind() throws -> Home {
        let home = try Home()
        try home.shell(
            """
            exec > kinds
            koubouctl submit --delay 1h true; koubouctl submit -t code --meta session=abc x; koubouctl cancel 2
            koubouctl submit 'exit 1'; koubouctl submit true; koubouctl submit --after 3 true
            koubou-worker --drain 2>/dev/null
            koubouctl submit --after 3 true; koubouctl submit -p 1 true
            koubouctl submit --key k true; koubouctl submit --after 1 true; koubouctl cancel 8
            koubouctl submit --key k --tag t true; koubouctl every 1h true; koubouctl token agent
            """)
        return home
    }

    /// After the words of the line stand those that are needed besides, for commands that want more.
    @Test(arguments: [
        ("submit --after", "true", "10 9 8 7 6 5 4 3 2 1"), ("submit --after-any", "true", "10 9 8 7 6 5 4 3 2 1"),
        ("submit --after-any 1,", "true", "1,10 1,9 1,8 1,7 1,6 1,5 1,4 1,3 1,2 1,1"),
        ("submit -t code --continue", "go", "2"), ("retry", "", "6 5 3 2"), ("cancel", "", "10 9 7 1"),
        ("edit", "-p 9", "10 9 7 1"), ("result", "", "8 6 5 4 3 2"), ("show", "", "10 9 8 7 6 5 4 3 2 1"),
        ("logs", "", "10 9 8 7 6 5 4 3 2 1"), ("events", "", "10 9 8 7 6 5 4 3 2 1"), ("export", "", "10 9 8 7 6 5 4 3 2 1"),
        ("wait --timeout 1ms", "", "10 9 7 1"), ("list --tag", "", "t"), ("list --type", "", "code exec general shell"),
        ("cancel --status", "", "blocked scheduled pending in_progress"), ("prune --status", "", "completed failed cancelled"),
        ("pool --policy", "", "ratio target-wait"), ("pool --profile", "", "light heavy burst steady"),
        ("submit -t", "-- true", "exec"), ("submit -t", "true", "code general shell"), ("pause -t", "", "code exec general shell"),
        ("load --tasks 1 -t", "--help", "code exec general shell"), ("every --remove", "", "1"), ("token --revoke", "", "agent"),
        ("token --right", "NAME", "read submit admin"), ("completion", "", "bash zsh fish"),
    ])
    func whatIsOfferedIsAccepted(line: String, rest: String, offers: String) throws {
        let home = try everyKind()
        let words = line.split(separator: " ").map(String.init)
        let isList = words.last?.hasSuffix(",") ?? false
        let given = try home.run(["koubouctl", "complete", "--"] + words + (isList ? [] : [""])).lines
            .map { String($0.prefix { $0 != "\t" }) }
        let wanted = offers.split(separator: " ").map(String.init)
        #expect(Set(given).isSuperset(of: wanted), "\(given)")
        if rest != "true", rest != "-- true" { #expect(Set(given) == Set(wanted)) }
        for offer in wanted {
            let output = try home.run(
                ["koubouctl"] + (isList ? words.dropLast() : words) + [offer]
                    + rest.split(separator: " ").map { $0 == "NAME" ? offer : String($0) })
            #expect([0, 1, 75].contains(output.status), "\(offer): \(output.errors)")
        }
    }

    @Test func allSettingsAndFieldsThatAreOfferedAreThere() throws {
        let home = try everyKind()
        for line in [["config"], ["show", "1", "--field"]] {
            let offers = try home.run(["koubouctl", "complete", "--"] + line + [""]).lines.map { String($0.prefix { $0 != "\t" }) }
            #expect(offers.count > 30)
            for offer in offers { #expect(try home.run(["koubouctl"] + line + [offer]).status == 0, "\(offer)") }
        }
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
