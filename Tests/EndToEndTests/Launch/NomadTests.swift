import Glibc
import KoubouCore
import Testing

/// `etc/launchers/nomad` with a program that answers as nomad does, and runs what it is given out of the queue's reach.
@Suite struct NomadTests {
    private func engine(_ settings: String = "", grace: String = "1s") throws -> FakeEngine {
        let engine = try FakeEngine(in: Home())
        let home = engine.home
        try home.shell("mkdir programs jobs; touch place.hcl")
        try home.write("#!/bin/sh\n" + Self.nomad, to: "programs/nomad", mode: 0o700)
        home.environment = home.environment.map { $0.hasPrefix("PATH=") ? "PATH=\(home.folder)/programs:" + $0.dropFirst(5) : $0 }
        home.environment += ["NOMAD=\(home.folder)", "KOUBOU_NOMAD_PAUSE=0.05"]
        let launcher = SourceTree.path("etc/launchers/nomad")
        try home.configure(
            """
            [task]
            kill_grace = \(grace)
            [type exec]
            launcher = \(launcher) -var=memory=64 \(home.folder)/place.hcl
            reap = \(launcher) --reap
            lost_status = 255
            backoff_min = 10ms
            \(settings)

            """)
        return engine
    }

    private func calls(_ engine: FakeEngine, _ beginning: String) -> Int {
        ((try? engine.home.read("calls")) ?? "").split(separator: "\n").count { $0.hasPrefix(beginning) }
    }

    @Test func bytesAndWordsPassExactly() throws {
        let engine = try engine()
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let words = ["two  words", "", "it's", "$HOME `id` *", "line\nbreak"]
        let first = try engine.home.run(["koubouctl", "submit", "--stdin", "--", "cat"], stdin: bytes).text
        let second = try engine.home.run(["koubouctl", "submit", "--", "printf", "[%s]"] + words).text
        #expect(try engine.home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try engine.home.koubouctl("result", first).stdout == bytes)
        #expect(try engine.home.koubouctl("result", second).text == words.map { "[\($0)]" }.joined())
        #expect(fileNames(in: engine.home.folder + "/jobs") == [], "what ended by itself leaves no job")
        #expect(engine.records == [], "nor is it reaped")
        #expect(calls(engine, "job run -detach -var=name=koubou-") == 2)
    }

    /// nomad says 1 when it has lost a connection, too: then what the place has noted counts.
    @Test(arguments: [("exit 0", "0"), ("exit 1", "1"), ("exit 7", "7"), ("exit 255", "254"), ("kill -KILL $$", "137")])
    func theExitStatusComesBack(_ script: String, _ status: String) throws {
        let engine = try engine()
        let task = try engine.home.handIn("--", "sh", "-c", script)
        #expect(try engine.home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try engine.home.field("exit_status", of: task) == status)
        #expect(fileNames(in: engine.home.folder + "/jobs") == [])
    }

    @Test(arguments: ["cancel", "timeout"]) func theEndReachesTheProcess(_ how: String) throws {
        try withGrowingLimit(how == "timeout" ? [3, 12, 48] : [0]) { limit in
            let engine = try engine()
            let supervisor = try engine.home.startSupervisor()
            let work = engine.work("sh", "-c", "trap '' TERM; touch $ENGINE/deaf; sleep 1000; sleep 1000")
            let task = try engine.home.run(["koubouctl", "submit"] + (how == "timeout" ? ["--timeout", "\(limit)s"] : []) + work).text
            var isDeaf = false
            try eventually(true) {
                isDeaf = engine.home.exists("engine/deaf")
                return try isDeaf || engine.home.state(of: task)?.isEnded == true
            }
            guard isDeaf else { return false }
            if how == "cancel" { #expect(try engine.home.koubouctl("cancel", task).status == 0) }
            #expect(try engine.home.end(of: task) == (how == "cancel" ? 130 : 124))
            #expect(engine.running == 0)
            #expect(engine.records == ["begin 1", "reap 1"])
            #expect(fileNames(in: engine.home.folder + "/jobs") == [])
            supervisor.signal(SIGTERM)
            return true
        }
    }

    @Test func theCommandIsTold() throws {
        let engine = try engine(grace: "10m")
        let supervisor = try engine.home.startSupervisor()
        let task = try engine.home.handIn("--", "sh", "-c", "trap 'echo told; exit 5' TERM; touch $ENGINE/begun; while :; do sleep 0.05; done")
        try eventually(true) { engine.home.exists("engine/begun") }
        #expect(try engine.home.koubouctl("cancel", task).status == 0)
        #expect(try engine.home.koubouctl("result", task).text == "told")
        supervisor.signal(SIGTERM)
    }

    @Test func aLostConnectionIsAnotherAttemptAndNotTwoCopies() throws {
        let engine = try engine()
        engine.home.environment.append("FAR_CUT=1")
        let supervisor = try engine.home.startSupervisor()
        let task = try engine.home.run(["koubouctl", "submit"] + engine.work("sh", "-c", "test $KOUBOU_ATTEMPT = 2 || sleep 1000")).text
        #expect(try engine.home.end(of: task) == 0)
        #expect(try engine.home.outcomes(of: task) == "lost completed")
        #expect(engine.records == ["begin 1", "reap 1", "begin 2", "end 2"])
        #expect(fileNames(in: engine.home.folder + "/jobs") == [])
        supervisor.signal(SIGTERM)
    }

    @Test func aJobWithoutAPlaceIsLost() throws {
        let engine = try engine("max_lost = 1")
        engine.home.environment.append("PLACE=failed")
        let task = try engine.home.handIn("--", "true")
        #expect(try engine.home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try engine.home.outcomes(of: task) == "lost")
        #expect(try engine.home.koubouctl("result", "--stderr", task).text.contains("the job has no place: a1 failed"))
        #expect(fileNames(in: engine.home.folder + "/jobs") == [])
    }

    /// Who can't be asked has not said that nothing runs.
    @Test func aClusterThatDoesNotAnswerIsAskedAgain() throws {
        let engine = try engine()
        engine.home.environment += ["FAR_CUT=1", "SILENT=2"]
        let supervisor = try engine.home.startSupervisor()
        let task = try engine.home.run(["koubouctl", "submit"] + engine.work("sh", "-c", "test $KOUBOU_ATTEMPT = 2 || sleep 1000")).text
        #expect(try engine.home.end(of: task) == 0)
        #expect(try engine.home.read("silences") == "x\nx\n")
        #expect(engine.records == ["begin 1", "reap 1", "begin 2", "end 2"])
        supervisor.signal(SIGTERM)
    }

    /// `SILENT`: so many times it does not answer the reap. `PLACE`: the state of each allocation.
    private static let nomad = """
        cd "$NOMAD" || exit
        echo "$*" >> calls
        command="$1 $2"
        shift 2
        name= interactive=
        while :; do
          case $1 in
            -var=name=*) name=${1#*=*=} ;;
            -i=*) interactive=${1#*=} ;;
            -purge) purge=yes ;;
            -t) shift ;;
            -*) ;;
            *) break ;;
          esac
          shift
        done
        missing() { echo "No job(s) with prefix or ID \\"$1\\" found" >&2; exit 1; }
        case $command in
          "job run")
            [ "$1" = "$NOMAD/place.hcl" ] && mkdir "jobs/$name" || exit 1
            echo "${PLACE-running}" > "jobs/$name/state"
            ;;
          "job allocs")
            case "$(ps -o args= -p "$PPID")" in
              *--reap*)
                if [ "${SILENT-0}" -gt "$(cat silences 2>/dev/null | wc -l)" ]; then
                  echo x >> silences
                  echo "Error querying job prefix: connection refused" >&2
                  exit 1
                fi
                ;;
            esac
            [ -d "jobs/$1" ] || missing "$1"
            echo "a1 $(cat "jobs/$1/state")"
            ;;
          "alloc exec")
            [ "$1" = a1 ] || exit 1
            shift
            job=jobs/$KOUBOU_NAME-place
            if [ "$interactive" = false ]; then NOMAD_ALLOC_DIR=$NOMAD/$job exec "$@"; fi
            "$ENGINE/far" "$KOUBOU_NAME" env "NOMAD_ALLOC_DIR=$NOMAD/$job" "$@"
            status=$?
            [ "$status" != 255 ] || status=1
            exit "$status"
            ;;
          "job stop")
            [ -d "jobs/$1" ] || missing "$1"
            if [ -n "${purge-}" ]; then rm -r "jobs/$1"; exit; fi
            [ "$(cat "jobs/$1/state")" != running ] || "$ENGINE/far-reap" "$KOUBOU_NAME"
            echo complete > "jobs/$1/state"
            ;;
        esac
        """
}
