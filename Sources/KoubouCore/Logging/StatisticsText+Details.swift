extension StatisticsText {
    /// What `koubouctl stats` shows below the block: nothing while nothing has happened.
    public static func details(
        throughput: Throughput, latencies: [Latency], decisions: [PoolDecision], at now: Timestamp
    ) -> [String] {
        section("Throughput (last 1, 5, 15 minutes):", throughput.quarter > 0 ? [line(throughput)] : [])
            + section("Times (tasks of the last hour):", latencies.isEmpty ? [] : table(latencies))
            + section("Pool Decisions:", decisions.map { line($0, at: now) })
    }

    private static func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", title] + lines.map { "  " + $0 }
    }

    private static func line(_ throughput: Throughput) -> String {
        let parts = [(throughput.minute, 60), (throughput.fiveMinutes, 300), (throughput.quarter, 900)].map {
            "\(RateText.text(perSecond: Double($0) / Double($1))) (\($0) tasks)"
        }
        return "• " + parts.joined(separator: ", ")
    }

    private static func table(_ latencies: [Latency]) -> [String] {
        var table = Table(["TYPE", "TASKS", "", "P50", "P90", "P99", "MAX"], rightAligned: [1, 3, 4, 5, 6])
        for latency in latencies {
            table.add([latency.type, "\(latency.tasks)", "waiting"] + cells(latency.waiting))
            table.add(["", "", "running"] + cells(latency.running))
        }
        return table.lines
    }

    private static func cells(_ times: Latency.Percentiles) -> [String] {
        [times.p50, times.p90, times.p99, times.max].map { ElapsedText.text(.milliseconds(Int64($0 * 1000))) }
    }

    private static func line(_ decision: PoolDecision, at now: Timestamp) -> String {
        let size = decision.before == decision.after ? "\(decision.after)" : "\(decision.before) → \(decision.after)"
        return
            "• \(ElapsedText.short(now - decision.at)) ago: \(decision.action.rawValue), workers \(size): \(decision.reason)"
    }
}
