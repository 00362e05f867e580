import Glibc
import KoubouCore
import Testing

/// Runs processes elsewhere, as far as a queue can tell: under a program of the test, out of reach of supervisor and workers.
///
/// `far NAME COMMAND…` is its launcher, `far-reap NAME` its reap. A task that runs there notes each begin and end, and whether
/// another copy of it ran at that moment.
final class FakeEngine {
    let home: Home
    var folder: String { home.folder + "/engine" }

    /// - Parameter beforeReap: a script that each reap begins with.
    init(in home: Home, type: String = "exec", _ settings: String = "", beforeReap: String = "") throws {
        self.home = home
        try home.shell("mkdir engine; mkfifo engine/requests")
        home.environment.append("ENGINE=\(folder)")
        for (name, script) in [("serve", Self.serve), ("run", Self.run), ("far", Self.far), ("far-reap", beforeReap + "\n" + Self.reap), ("work", Self.work)] {
            try home.write("#!/bin/sh\n" + script, to: "engine/\(name)", mode: 0o700)
        }
        try home.configure(
            """
            [task]
            kill_grace = 1s
            [type \(type)]
            launcher = \(folder)/far {name}
            reap = \(folder)/far-reap {name}
            lost_status = 255
            backoff_min = 10ms
            \(settings)

            """)
        _ = try home.start(words: [folder + "/serve"])
    }

    /// What the engine has done, in order: `begin 1`, `reap 1`, `end 1`, `overlap 1` with the number of the attempt.
    var records: [String] { ((try? home.read("engine/records")) ?? "").split(separator: "\n").map(String.init) }

    /// Processes that run there.
    var running: Int { ProcessTable.holding(environment: ["FAR=1", "ENGINE=\(folder)"]).count }

    /// A command that takes as long as its words say.
    func work(_ words: String...) -> [String] { ["--", folder + "/work"] + words }

    /// Each request is one name; a process that is killed has nobody's claim in its environment.
    private static let serve = """
        cd "$ENGINE" || exit
        exec 7<>requests
        unset KOUBOU_CLAIM
        while read -r name <&7; do
          (cd "$name" && FAR=1 setsid xargs -0 -a command "$ENGINE/run"; :) 7<&- <"$name/in" >"$name/out" 2>"$name/err" &
        done
        """

    private static let run = """
        echo "$PPID" > pid.new && mv pid.new pid
        cd "$(cat cwd)" && eval "$(cat "$OLDPWD/environment")" && "$@"
        echo $? > "$OLDPWD/status"
        """

    /// `cut`: the attempt of that number loses its connection as soon as it runs.
    private static let far = """
        place=$ENGINE/$1
        shift
        mkdir "$place" && mkfifo "$place/in" "$place/out" "$place/err" || exit 99
        printf '%s\\0' "$@" > "$place/command"
        pwd > "$place/cwd"
        echo "export KOUBOU_ATTEMPT=$KOUBOU_ATTEMPT KOUBOU_TASK_ID=$KOUBOU_TASK_ID" > "$place/environment"
        forward() { kill -s TERM -- "-$(cat "$place/pid")"; }
        trap forward TERM
        exec 3<&0
        (trap '' TERM; exec cat <&3 > "$place/in") &
        echo "${place##*/}" > "$ENGINE/requests"
        (trap '' TERM; exec cat "$place/err" >&2) &
        errors=$!
        (trap '' TERM; exec cat "$place/out") &
        output=$!
        if [ "$KOUBOU_ATTEMPT" = "$FAR_CUT" ]; then
          until [ -e "$place/pid" ] && grep -q "begin $KOUBOU_ATTEMPT" "$ENGINE/records"; do sleep 0.01; done
          exit 255
        fi
        while kill -0 "$output" 2>/dev/null; do wait "$output"; done
        wait "$errors"
        [ -e "$place/status" ] || exit 255
        exit "$(cat "$place/status")"
        """

    private static let reap = """
        place=$ENGINE/$1
        if [ -e "$place/pid" ]; then
          kill -s KILL -- "-$(cat "$place/pid")" 2>/dev/null
          while kill -s 0 -- "-$(cat "$place/pid")" 2>/dev/null; do sleep 0.01; done
        fi
        echo "reap $KOUBOU_ATTEMPT" >> "$ENGINE/records"
        """

    private static let work = """
        exec 8>"$ENGINE/lock.$KOUBOU_TASK_ID"
        flock -n 8 || echo "overlap $KOUBOU_ATTEMPT" >> "$ENGINE/records"
        echo "begin $KOUBOU_ATTEMPT" >> "$ENGINE/records"
        "$@"
        echo "end $KOUBOU_ATTEMPT" >> "$ENGINE/records"
        """
}
