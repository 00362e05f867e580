import Glibc
import KoubouCore

/// Writes bench/SCALING.md and its charts.
struct Report {
    private static let size = 1...8
    /// A stop and a start again within this are flapping: idle_timeout.
    private static let flapSpan = 30_000

    private struct Row {
        let rule: String
        let outcome: Outcome
    }

    private struct Section {
        let trace: Trace
        let best: Outcome
        let rows: [Row]

        func outcome(_ rule: String) -> Outcome {
            guard let row = rows.first(where: { $0.rule == rule }) else { preconditionFailure("all rules run under all traces") }
            return row.outcome
        }

        var isWon: Bool {
            let (ours, theirs) = (outcome("target-wait"), outcome("ratio"))
            return ours.meanWait < theirs.meanWait && ours.workerSeconds <= theirs.workerSeconds
        }
    }

    /// Where it writes, and where `make bench-scaling-real` has left what it measured.
    let folder: String

    func write() throws {
        let sections = Trace.all.map { trace in
            Section(
                trace: trace, best: Optimum(trace, size: Self.size).run(),
                rows: Rules(size: Self.size).all.map { rule in
                    var simulation = Simulation(trace, rule)
                    return Row(rule: rule.name, outcome: simulation.run())
                })
        }
        let panels = sections.map { (name: $0.trace.name, ratio: $0.outcome("ratio"), targetWait: $0.outcome("target-wait")) }
        try write(Chart.sizes(panels, most: Self.size.upperBound), to: "scaling-sizes.svg")
        try write(
            Chart.costs(sections.map { ($0.trace.name, $0.best, $0.rows.map { ($0.rule, $0.outcome) }) }),
            to: "scaling-costs.svg")
        let text = ReportText.head(Costs()) + summary(sections) + sections.map(table).joined() + rehearsal()
        try write(text, to: "SCALING.md")
    }

    private func write(_ text: String, to name: String) throws {
        try writeFile(folder + "/" + name, Array(text.utf8))
    }

    private func summary(_ sections: [Section]) -> String {
        var text = "| trace | waiting, of ratio's | p99, of ratio's | worker-seconds, of ratio's | flaps | better |\n"
        text += "|---|---|---|---|---|---|\n"
        for section in sections {
            let (ours, theirs) = (section.outcome("target-wait"), section.outcome("ratio"))
            text += "| \(section.trace.name) | \(percent(ours.meanWait, theirs.meanWait)) | "
            text += "\(percent(ours.p99Wait, theirs.p99Wait)) | \(percent(ours.workerSeconds, theirs.workerSeconds)) | "
            text += "\(ours.flaps(within: Self.flapSpan)) | \(section.isWon ? "yes" : "no") |\n"
        }
        return text + "\n`target-wait` is better than `ratio` under \(sections.count { $0.isWon }) of \(sections.count) traces: "
            + "it waits less, for no more worker-seconds.\n" + ReportText.losses
    }

    private func table(_ section: Section) -> String {
        let trace = section.trace
        let work = trace.tasks.reduce(0) { $0 + $1.runTime } / 1000
        var text = "\n### \(trace.name)\n\n\(trace.summary). \(trace.tasks.count) tasks, \(work) s of work, seed \(trace.seed).\n\n"
        text += "| rule | mean wait, s | p99 wait, s | worker-seconds | starts | stops | flaps | sum, of the optimum's |\n"
        text += "|---|---|---|---|---|---|---|---|\n"
        for row in [Row(rule: "clairvoyant", outcome: section.best)] + section.rows {
            let it = row.outcome
            let flaps = row.rule == "clairvoyant" ? "" : "\(it.flaps(within: Self.flapSpan))"
            text += "| \(row.rule) | \(fixed(it.meanWait, 2)) | \(fixed(it.p99Wait, 2)) | \(fixed(it.workerSeconds, 0)) | "
            text += "\(it.starts.count) | \(it.stops.count) | \(flaps) | \(fixed(it.score / section.best.score, 2)) |\n"
        }
        return text
    }

    /// What was measured, beside what the simulator says of the same: in the same tempo, with the costs of that run.
    private func rehearsal() -> String {
        guard let bytes = try? readFile(folder + "/scaling/real.tsv") else { return ReportText.noRehearsal }
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        guard !lines.isEmpty else { return ReportText.noRehearsal }
        let measured = lines.removeFirst().dropFirst().compactMap { Int($0) }
        guard measured.count == 4 else { return ReportText.noRehearsal }
        let costs = Costs(start: measured[0], claim: measured[1], run: measured[2], death: measured[3])
        var text = ReportText.rehearsal(costs)
        for line in lines where line.count == 7 {
            guard let trace = Trace.all.first(where: { $0.name == line[0] })?.scaled(by: Rehearsal.tempo) else { continue }
            let rules = Rules(size: Rehearsal.size, tempo: Rehearsal.tempo)
            var simulation = Simulation(trace, line[1] == "ratio" ? rules.ratio : rules.targetWait, costs: costs)
            var simulated = simulation.run()
            simulated.waits = zip(simulated.waits, trace.tasks).filter { !$0.1.isPoison }.map(\.0)
            let (wait, seconds) = (Double(line[2]) ?? 0, Double(line[4]) ?? 0)
            text += "| \(line[0]) | \(line[1]) | \(fixed(simulated.meanWait, 3)) | \(fixed(wait, 3)) | "
            text += "\(difference(wait, simulated.meanWait)) | \(fixed(simulated.workerSeconds, 1)) | \(fixed(seconds, 1)) | "
            text += "\(difference(seconds, simulated.workerSeconds)) | \(simulated.starts.count) / \(line[5]) |\n"
        }
        return text
    }

    private func percent(_ part: Double, _ whole: Double) -> String { whole > 0 ? "\(fixed(part / whole * 100, 0)) %" : "" }

    private func difference(_ real: Double, _ simulated: Double) -> String {
        guard simulated > 0 else { return "" }
        let part = (real / simulated - 1) * 100
        return (part > 0 ? "+" : "") + fixed(part, 1) + " %"
    }
}
