import KoubouCore
import Testing

/// Measurements in the text format of Prometheus, read strictly.
struct Metrics {
    /// `name{a="b"}` and its value.
    private(set) var samples: [String: Double] = [:]

    init(_ text: String) throws {
        try #require(text.hasSuffix("\n"))
        var kinds: [String: Substring] = [:]
        var helped: Set<Substring> = []
        var family: Substring = ""
        var lastBucket: (series: String, bound: Double, count: Double)?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
            if line.hasPrefix("#") {
                try #require(words.count == 4 && !words[3].isEmpty, "\(line)")
                if words[1] == "HELP" {
                    try #require(helped.insert(words[2]).inserted, "\(line)")
                } else {
                    try #require(words[1] == "TYPE" && helped.contains(words[2]) && kinds[String(words[2])] == nil, "\(line)")
                    try #require(["counter", "gauge", "histogram"].contains(words[3]), "\(line)")
                    kinds[String(words[2])] = words[3]
                    family = words[2]
                }
                continue
            }
            let sample = try #require(
                try /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\S+)/.wholeMatch(in: line),
                "\(line)")
            let value = try #require(Double(sample.4), "\(line)")
            let (name, labels) = (sample.1, String(sample.2 ?? ""))
            let kind = try #require(kinds[String(family)])
            try #require(name == family || kind == "histogram" && ["_bucket", "_sum", "_count"].contains(name.dropFirst(family.count)))
            try #require(samples.updateValue(value, forKey: name + labels) == nil, "twice: \(line)")
            if kind == "counter" { try #require(name.hasSuffix("_total") && value >= 0, "\(line)") }
            if name.hasSuffix("_bucket") {
                let bound = try #require(labels.firstMatch(of: /,?le="([^"]+)"/))
                let series = String(name) + labels.replacing(bound.0, with: "")
                let limit = bound.1 == "+Inf" ? Double.infinity : try #require(Double(bound.1))
                if let last = lastBucket, last.series == series { try #require(limit > last.bound && value >= last.count, "\(line)") }
                lastBucket = (series, limit, value)
            } else if name.hasSuffix("_count"), kind == "histogram" {
                try #require(lastBucket?.bound == .infinity && lastBucket?.count == value, "\(line)")
            }
        }
    }

    subscript(_ series: String) -> Double? { samples[series] }
}

@Suite struct MetricsTests {
    @Test func theQueueIsMeasured() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let before = try Metrics(served.get("/metrics").text)
        #expect(before["koubou_supervisor_up"] == 0)
        #expect(before["koubou_oldest_pending_seconds"] == 0)
        let tasks = (try home.handIn("true"), try home.handIn("exit 1"), try home.handIn("sleep 0.2"))
        _ = try home.koubouctl("cancel", home.handIn("--delay", "1h", "true"))
        let waiting = try home.handIn("--delay", "1h", "true")
        #expect(try #require(Metrics(served.get("/metrics").text)["koubou_oldest_pending_seconds"]) > 0)
        _ = try home.startSupervisor()
        #expect(try home.end(of: tasks.0, tasks.1, tasks.2) == 1)
        let answer = try served.get("/metrics")
        #expect(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        let metrics = try Metrics(answer.text)
        #expect(metrics[#"koubou_tasks_ended_total{type="shell",status="completed"}"#] == 2)
        #expect(metrics[#"koubou_tasks_ended_total{type="shell",status="failed"}"#] == 1)
        #expect(metrics[#"koubou_tasks_ended_total{type="shell",status="cancelled"}"#] == 1)
        #expect(metrics[#"koubou_tasks{type="shell",status="scheduled"}"#] == 1, "\(waiting)")
        #expect(metrics[#"koubou_attempts_total{type="shell"}"#] == 3)
        #expect(metrics[#"koubou_task_waiting_seconds_count{type="shell"}"#] == 3)
        #expect(metrics[#"koubou_task_running_seconds_count{type="shell"}"#] == 3)
        #expect(try #require(metrics[#"koubou_task_running_seconds_sum{type="shell"}"#]) >= 0.2)
        #expect(try #require(metrics[#"koubou_task_running_seconds_bucket{type="shell",le="0.1"}"#]) <= 2)
        #expect(metrics["koubou_supervisor_up"] == 1)
        #expect(try #require(metrics[#"koubou_pool_decisions_total{action="start"}"#]) >= 1)
        #expect(try #require(metrics["process_resident_memory_bytes"]) > 0)
        // Counted once, however often it is asked.
        #expect(try Metrics(served.get("/metrics").text)[#"koubou_attempts_total{type="shell"}"#] == 3)
    }
}
