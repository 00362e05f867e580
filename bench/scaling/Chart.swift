/// Charts as SVG, drawn by hand: they look the same each time, light and dark.
enum Chart {
    private static let style = """
        <style>
        text{font:12px sans-serif;fill:#57606a}.title{font-weight:bold}.axis{stroke:#8c959f;stroke-width:1}
        .ratio{fill:none;stroke:#bc4c00;stroke-width:1.5}.wait{fill:none;stroke:#0969da;stroke-width:1.5}
        .tasks{fill:#8c959f;fill-opacity:.3}.other{fill:#8c959f}.dotratio{fill:#bc4c00}.dotwait{fill:#0969da}
        </style>
        """

    /// How large the pool was under each trace, by both policies, above the tasks that there were.
    static func sizes(_ panels: [(name: String, ratio: Outcome, targetWait: Outcome)], most: Int) -> String {
        let (width, height, columns) = (420.0, 130.0, 2)
        let rows = (panels.count + columns - 1) / columns
        var body = ""
        for (index, panel) in panels.enumerated() {
            let (left, top) = (Double(index % columns) * width + 30, Double(index / columns) * height + 40)
            let end = Double(max(panel.ratio.end, panel.targetWait.end))
            func x(_ time: Int) -> Double { left + Double(time) / end * (width - 50) }
            func y(_ count: Int) -> Double { top + 80 - Double(min(count, most + 2)) / Double(most + 2) * 80 }
            body += text(left, top - 8, panel.name, "title")
            body += area(panel.targetWait.history.map { (x($0.at), y($0.tasks)) }, to: x(Int(end)), base: y(0))
            body += steps(panel.ratio.history.map { (x($0.at), y($0.size)) }, to: x(Int(end)), "ratio")
            body += steps(panel.targetWait.history.map { (x($0.at), y($0.size)) }, to: x(Int(end)), "wait")
            body += line(left, y(0), left + width - 50, y(0)) + text(left - 14, y(most) + 4, "\(most)")
            body += text(left + width - 100, y(0) + 14, "\(Int(end / 60_000)) min")
        }
        let legend = text(30, 16, "workers: orange by ratio, blue by target-wait; grey: tasks that wait or run", "")
        return svg(width * Double(columns), height * Double(rows) + 40, legend + body)
    }

    /// Each rule under each trace: worker-seconds against waiting, both in parts of the optimum's sum.
    static func costs(_ panels: [(name: String, best: Outcome, outcomes: [(rule: String, outcome: Outcome)])]) -> String {
        let (width, row) = (840.0, 17.0)
        var (body, top) = ("", 40.0)
        for panel in panels {
            body += text(10, top + 12, panel.name, "title")
            for (rule, outcome) in panel.outcomes {
                top += row
                let ratio = outcome.score / panel.best.score
                let long = min(ratio, 4) * 150
                let style = rule == "ratio" ? "dotratio" : rule == "target-wait" ? "dotwait" : "other"
                body += text(10, top + 12, rule)
                body += "<rect class=\"\(style)\" x=\"130\" y=\"\(number(top + 2))\" width=\"\(number(long))\" height=\"12\"/>\n"
                body += text(136 + long, top + 12, (ratio > 4 ? "… " : "") + fixed(ratio, 2))
            }
            top += row * 1.6
        }
        let legend = text(10, 16, "waiting and worker-seconds together, where somebody who knows the future has 1; shorter is better")
        return svg(width, top + 10, legend + body)
    }

    private static func svg(_ width: Double, _ height: Double, _ body: String) -> String {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\">\n\(style)\n\(body)</svg>\n"
    }

    private static func text(_ x: Double, _ y: Double, _ text: String, _ style: String = "") -> String {
        "<text \(style.isEmpty ? "" : "class=\"\(style)\" ")x=\"\(number(x))\" y=\"\(number(y))\">\(text)</text>\n"
    }

    private static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        "<path class=\"axis\" d=\"M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))\"/>\n"
    }

    private static func steps(_ points: [(x: Double, y: Double)], to end: Double, _ style: String) -> String {
        "<path class=\"\(style)\" d=\"\(path(points, to: end))\"/>\n"
    }

    private static func area(_ points: [(x: Double, y: Double)], to end: Double, base: Double) -> String {
        guard let first = points.first else { return "" }
        return "<path class=\"tasks\" d=\"\(path(points, to: end))V\(number(base))H\(number(first.x))Z\"/>\n"
    }

    /// Stairs; what is smaller than half a point is left out.
    private static func path(_ points: [(x: Double, y: Double)], to end: Double) -> String {
        guard let first = points.first else { return "" }
        var path = "M\(number(first.x)) \(number(first.y))"
        var (lastX, lastY) = (first.x, first.y)
        for point in points.dropFirst() where abs(point.y - lastY) > 0.4 {
            if point.x - lastX > 0.4 { path += "H\(number(point.x))" }
            path += "V\(number(point.y))"
            (lastX, lastY) = (point.x, point.y)
        }
        return path + "H\(number(end))"
    }

    private static func number(_ value: Double) -> String { fixed(value, 1) }
}

/// With so many decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = [1.0, 10, 100, 1000][decimals]
    let scaled = Int((abs(value) * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % Int(scale))
    return "\(sign)\(scaled / Int(scale)).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
}
