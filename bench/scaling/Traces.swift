import Glibc

/// The loads of the comparison. Run times are those of builds, conversions and agents: seconds to minutes.
extension Trace {
    static var all: [Trace] { [step, burst, square, ramp, heavyTailed, bursts, day, poison] }

    private static let minute = 60.0

    private static var step: Trace {
        make("step", "a quiet queue (0.4 workers' worth of work), from minute 10 to 30 ten times as much", seed: 1, minutes: 45) {
            random in
            arrivals(&random, until: 40 * minute) { (10 * minute..<30 * minute).contains($0) ? 0.2 : 0.02 } task: {
                task(at: $0, $1.uniform(10...30))
            }
        }
    }

    private static var burst: Trace {
        make("burst", "60 tasks of 10 to 30 s at once, and nothing else", seed: 2, minutes: 10) { random in
            (0..<60).map { _ in task(at: 30, random.uniform(10...30)) }
        }
    }

    private static var square: Trace {
        make("square wave", "three minutes at 5 workers' worth of work, three minutes of nothing, six times", seed: 3, minutes: 38) {
            random in
            arrivals(&random, until: 36 * minute) { Int($0 / (3 * minute)) % 2 == 0 ? 0.25 : 0 } task: {
                task(at: $0, $1.uniform(10...30))
            }
        }
    }

    private static var ramp: Trace {
        make("ramp", "from nothing to 6 workers' worth of work in 20 minutes, and down again", seed: 4, minutes: 45) { random in
            arrivals(&random, until: 40 * minute) { 0.3 * max(0, 1 - abs($0 - 20 * minute) / (20 * minute)) } task: {
                task(at: $0, $1.uniform(10...30))
            }
        }
    }

    private static var heavyTailed: Trace {
        make("heavy tail", "run times of 5 s to 10 minutes, most of them short (Pareto, 1.3), 2 to 8 at once, every two minutes or so", seed: 5, minutes: 75) {
            random in
            arrivals(&random, until: 60 * minute) { _ in 1.0 / 100 } task: {
                task(at: $0, $1.pareto(5, shape: 1.3, atMost: 600))
            }.flatMap { first in
                [first] + (0..<random.whole(1...7)).map { _ in task(at: Double(first.arrival) / 1000, random.pareto(5, shape: 1.3, atMost: 600)) }
            }
        }
    }

    private static var bursts: Trace {
        make("bursts", "3 to 12 tasks of 10 to 60 s at once, then nothing for some five minutes, for an hour and a half", seed: 6, minutes: 95) {
            random in
            arrivals(&random, until: 90 * minute) { _ in 1 / (5 * minute) } task: { task(at: $0, $1.uniform(10...60)) }.flatMap {
                first in
                [first] + (0..<random.whole(2...11)).map { _ in task(at: Double(first.arrival) / 1000, random.uniform(10...60)) }
            }
        }
    }

    private static var day: Trace {
        make("day", "a day in two hours: quiet nights, a busy morning and afternoon; agents of a minute, and commands of 1 s", seed: 7, minutes: 125) {
            random in
            let length = 120 * minute
            return arrivals(&random, until: length) { at in
                let hour = at / length * 24
                let busy = exp(-pow((hour - 10) / 2, 2)) + exp(-pow((hour - 15.5) / 2, 2))
                return 0.01 + 0.12 * busy
            } task: { at, random in
                random.uniform() < 0.5
                    ? task(at: at, random.pareto(20, shape: 1.6, atMost: 300), "exec") : task(at: at, random.uniform(0.2...2), "shell")
            }
        }
    }

    private static var poison: Trace {
        make("poison storm", "one worker's worth of work; every ten minutes twelve tasks that kill their worker three times each", seed: 8, minutes: 45) {
            random in
            let usual = arrivals(&random, until: 40 * minute) { _ in 0.05 } task: { task(at: $0, $1.uniform(10...30)) }
            let storms = [5.0, 15, 25, 35].flatMap { start in
                (0..<12).map { _ in
                    TraceTask(
                        arrival: Int((start * minute + random.uniform(0...5)) * 1000), runTime: Int(random.uniform(500...3000)),
                        type: "shell", isPoison: true)
                }
            }
            return usual + storms
        }
    }

    private static func make(
        _ name: String, _ summary: String, seed: UInt64, minutes: Double,
        _ tasks: (inout SeededGenerator) -> [TraceTask]
    ) -> Trace {
        var random = SeededGenerator(seed: seed)
        let sorted = tasks(&random).enumerated().sorted { ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset) }
        return Trace(name: name, summary: summary, seed: seed, tasks: sorted.map(\.element), end: Int(minutes * minute * 1000))
    }

    /// A Poisson process: `rate` tells how many come a second at a time; never more than one.
    private static func arrivals(
        _ random: inout SeededGenerator, until end: Double, rate: (Double) -> Double,
        task: (Double, inout SeededGenerator) -> TraceTask
    ) -> [TraceTask] {
        var tasks: [TraceTask] = []
        var now = random.exponential(mean: 1)
        while now < end {
            if random.uniform() < rate(now) { tasks.append(task(now, &random)) }
            now += random.exponential(mean: 1)
        }
        return tasks
    }

    private static func task(at seconds: Double, _ runTime: Double, _ type: String = "shell") -> TraceTask {
        TraceTask(arrival: Int(seconds * 1000), runTime: Int(runTime * 1000), type: type)
    }
}
