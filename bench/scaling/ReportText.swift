/// The words of bench/SCALING.md around its figures.
enum ReportText {
    static func head(_ costs: Costs) -> String {
        """
        # How the pool is sized

        Written by `make bench-scaling`, the same each time: the traces come from SplitMix64 with the seeds given, and time is
        simulated. `bench/scaling` calls the same `decide` and `LoadMeter` as kouboud does, when kouboud does: at each poll, when
        a task comes and when a worker dies.

        All rules have 1 to 8 workers. Koubou's: poll 2 s, threshold 2, idle_timeout 30 s, target_wait 30 s. A worker takes
        \(costs.start) ms to start and \(costs.claim) ms to get a task, which takes \(costs.run) ms beside its run time; a death of
        a worker takes \(costs.death) ms:
        medians of the real programs on two busy cores (`koubou-simulate costs`). Waiting is from when a task is handed in until it first begins; worker-seconds
        are from the start of a worker to its end, over the whole trace.

        | rule | what it does |
        |---|---|
        | fixed | as many workers, all the time |
        | ratio | Koubou's default: grows while more than 2 tasks are pending for each active worker; who is idle for 30 s while nothing is pending leaves |
        | target-wait | as many workers as Little's law asks for: run time × (arrivals a second + pending / target_wait), for each type, measured; who is idle for 2 s leaves, except for as many as a steady load keeps busy; for 30 s after that nobody is started |
        | celery autoscale | each second: as many processes as tasks, fewer only 30 s after the last growth |
        | php-fpm dynamic | each second: 1, 2, 4, … more while none is idle, one fewer while more than 3 are |
        | kubernetes HPA | each 15 s: a worker for each task; shrinks to the most of the last 5 minutes |
        | clairvoyant | knows the future; the least sum of waiting and worker-seconds that dynamic programming found, see `Optimum.swift` |

        The form and the constants of target-wait were chosen on these traces, and looked at with other seeds: on six sets it was
        better on six or seven of the eight.

        The other programs' rules are written down from what they do, and run under the same tasks, start-up costs and
        bounds; it is their rules that are compared, not the programs. A flap is a start within 30 s of a stop, although no
        more tasks are there than in the 30 s before that stop.

        ![Sizes of the pool](scaling-sizes.svg)

        ![Costs of the rules](scaling-costs.svg)

        ## target-wait against ratio


        """
    }

    static let losses = """

        Where others win, and why:

        - Under `burst` both start all workers at once, and nobody can wait less. target-wait only lets them go sooner.
        - Under `poison storm` ratio is cheaper, by a little: it lets tasks wait behind the one worker that lives.
        - celery's rule and php-fpm's wait less than target-wait wherever work comes in a steady stream: they start a worker
          for each task. They pay with a fifth more worker-seconds or with twice as many, and stop workers that they start again at
          once. Who wants the shortest wait and does not mind that sets a short `target_wait`, or a larger `min`.
        - It is the 30 s without a start that save worker-seconds: a burst that comes right after a stop waits for them, for
          `target_wait` at most. The other rules start at once.
        - A fixed pool of 8 waits least of all, for three to six times as many worker-seconds.
        - With run times far below `target_wait` ratio waits less: target-wait lets 100 tasks of 0.1 s queue for one worker,
          because they begin within 30 s all the same.

        ## All rules

        """

    static func rehearsal(_ costs: Costs) -> String {
        """

        ## The same for real

        `make bench-scaling-real` runs the traces ten times as fast with real kouboud and workers, all of them beside each other,
        and with tasks that sleep. Poll, idle_timeout and target_wait are a tenth too; what can't be made faster is measured in
        the same run (\(costs.start) ms for a new worker, \(costs.claim) ms to get a task, \(costs.run) ms beside its run time,
        \(costs.death) ms for the death of a worker) and given to the simulator. Tasks that kill
        their worker are left out of the waits.

        Three of the sixteen waits are off by more than a tenth. Part of it may be that a burst meets one idle worker: in the
        simulator that one has taken its task before the supervisor looks, for real the supervisor may be first, counts one
        more and starts one more; the starts of ratio fit that. It was not shown, and does not explain the ramp.

        | trace | policy | mean wait, s: simulated | real | off by | worker-seconds: simulated | real | off by | starts, simulated / real |
        |---|---|---|---|---|---|---|---|---|

        """
    }

    static let noRehearsal = "\nNothing was measured for real yet: `make bench-scaling-real`.\n"
}
