import KoubouCore

/// The rules of the comparison, all within the same bounds.
struct Rules {
    let size: ClosedRange<Int>
    /// 0.1: everything ten times as fast.
    var tempo = 1.0

    private func milliseconds(_ seconds: Double) -> Int { Int(seconds * 1000 * tempo) }
    private func duration(_ seconds: Double) -> Duration { .milliseconds(milliseconds(seconds)) }

    func limits(_ policy: ScalingPolicy) -> PoolLimits {
        var limits = PoolLimits()
        (limits.workers, limits.policy) = (size, policy)
        (limits.idleTimeout, limits.targetWait) = (duration(30), duration(30))
        return limits
    }

    var ratio: Rule { .koubou("ratio", limits(.ratio), poll: milliseconds(2)) }
    var targetWait: Rule { .koubou("target-wait", limits(.targetWait), poll: milliseconds(2)) }

    func fixed(_ count: Int) -> Rule {
        var limits = limits(.ratio)
        limits.workers = count...count
        return .koubou("fixed, \(count)", limits, poll: milliseconds(2))
    }

    /// Celery's autoscaler looks each second: as many processes as tasks it holds, and after `AUTOSCALE_KEEPALIVE` (30 s)
    /// from the last growth no more than that.
    var celery: Rule {
        let (size, keepalive) = (size, duration(30))
        return .other("celery autoscale", interval: milliseconds(1)) {
            var lastGrowth: Duration?
            return { snapshot in
                let tasks = snapshot.pending + snapshot.busy
                let wanted = min(max(tasks, size.lowerBound), size.upperBound)
                if wanted > snapshot.active {
                    lastGrowth = snapshot.now
                    return [.start(count: wanted - snapshot.active)]
                }
                guard let lastGrowth, snapshot.now - lastGrowth > keepalive else { return [] }
                return snapshot.longestIdle.prefix(snapshot.active - wanted).map { .drain($0) }
            }
        }
    }

    /// `pm = dynamic` of php-fpm looks each second: one more, two, four, … while fewer than `min_spare_servers` (1) are idle;
    /// the longest idle one leaves while more than `max_spare_servers` (3) are.
    var phpFPM: Rule {
        let size = size
        return .other("php-fpm dynamic", interval: milliseconds(1)) {
            var rate = 1
            var isFirst = true
            return { snapshot in
                if isFirst {
                    isFirst = false
                    return [.start(count: min(2, size.upperBound))]
                }
                let idle = snapshot.workers.count - snapshot.busy
                if idle > 3 {
                    rate = 1
                    return snapshot.longestIdle.prefix(1).map { .drain($0) }
                }
                guard idle < 1, snapshot.active < size.upperBound else {
                    rate = 1
                    return []
                }
                defer { rate = min(rate * 2, 32) }
                return [.start(count: min(rate, 1 - idle, size.upperBound - snapshot.active))]
            }
        }
    }

    /// The HorizontalPodAutoscaler of Kubernetes looks each 15 s: one worker for each task that waits or runs; changes of
    /// less than a tenth are left out; it grows by four or to the double at most, and shrinks to the most that it wanted
    /// in the last five minutes.
    var kubernetes: Rule {
        let (size, window) = (size, duration(300))
        return .other("kubernetes HPA", interval: milliseconds(15)) {
            var wishes: [(at: Duration, size: Int)] = []
            return { snapshot in
                let (active, tasks) = (snapshot.active, snapshot.pending + snapshot.busy)
                var wanted = tasks
                if active > 0, abs(Double(tasks) / Double(active) - 1) <= 0.1 { wanted = active }
                wanted = min(max(wanted, size.lowerBound), size.upperBound)
                wishes = wishes.filter { snapshot.now - $0.at < window } + [(snapshot.now, wanted)]
                if wanted > active { return [.start(count: min(wanted - active, max(4, active)))] }
                let least = wishes.map(\.size).max() ?? wanted
                let busy = snapshot.workers.filter { $0.state == .busy }.map(\.id)
                return (snapshot.longestIdle + busy).prefix(max(0, active - least)).map { .drain($0) }
            }
        }
    }

    var all: [Rule] {
        [fixed(size.lowerBound), fixed(size.upperBound), ratio, targetWait, celery, phpFPM, kubernetes]
    }
}

extension PoolSnapshot {
    fileprivate var busy: Int { workers.count { $0.state == .busy } }

    fileprivate var longestIdle: [WorkerID] {
        workers.compactMap { worker in
            if case .idle(let since) = worker.state { (since, worker.id) } else { nil }
        }.sorted { $0 < $1 }.map(\.1)
    }
}
