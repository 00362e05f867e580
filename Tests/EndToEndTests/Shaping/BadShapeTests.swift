import KoubouCore
import Testing

/// Wrong words about order and time: a clear line, a code of sysexits, and nothing stored.
@Suite struct BadShapeTests {
    struct Case: CustomTestStringConvertible {
        let words: [String]
        var stdin: String?
        let status: Int32
        let named: String
        var testDescription: String { words.joined(separator: " ") + (stdin.map { " < \($0)" } ?? "") }
    }

    @Test(arguments: [
        Case(words: ["submit", "--after", "9", "true"], status: 66, named: "no task 9"),
        Case(words: ["submit", "--after-any", "1,8,9", "true"], status: 66, named: "no tasks 1, 8, 9"),
        Case(words: ["submit", "--after", "1,x", "true"], status: 64, named: "--after is 'x': write task ids, with commas between them, like: koubouctl submit --after 41,42 'echo hello'"),
        Case(words: ["submit", "--after", "x", "true"], status: 64, named: "--after is 'x'"),
        Case(words: ["submit", "--after", "1,,2", "true"], status: 64, named: "--after is ''"),
        Case(words: ["submit", "--after-any", "1,", "true"], status: 64, named: "--after-any is ''"),
        Case(words: ["submit", "--after", "", "true"], status: 64, named: "--after is ''"),
        Case(words: ["submit", "--after", "-1", "true"], status: 64, named: "--after is '-1'"),
        Case(words: ["submit", "--after", "99999999999999999999", "true"], status: 64, named: "--after is"),
        Case(words: ["submit", "--delay", "1s", "--at", "09:30", "true"], status: 64, named: "exclude each other"),
        Case(words: ["submit", "--delay", "-1s", "true"], status: 64, named: "--delay is '-1s'"),
        Case(words: ["submit", "--delay", "99999999999d", "true"], status: 64, named: "--delay is"),
        Case(words: ["submit", "--at", "tomorrow", "true"], status: 64, named: "--at is 'tomorrow': write a time like"),
        Case(words: ["submit", "--at", "25:00", "true"], status: 64, named: "--at is '25:00'"),
        Case(words: ["submit", "--key", "", "true"], status: 64, named: "--key is ''"),
        Case(words: ["submit", "--key-ttl", "1h", "true"], status: 64, named: "--key-ttl has a meaning with --key only"),
        Case(words: ["submit", "--key", "k", "--lines"], stdin: "true\n", status: 64, named: "--key names one task"),
        Case(words: ["submit", "--slots", "0", "true"], status: 64, named: "--slots is '0': write a whole number from 1 to 10000"),
        Case(words: ["submit", "--meta", "novalue", "true"], status: 64, named: "--meta is 'novalue': write NAME=VALUE"),
        Case(words: ["submit", "--meta", "=v", "true"], status: 64, named: "--meta is '=v'"),
        Case(words: ["submit", "--jsonl"], stdin: #"{"prompt":"true","after":[9]}"#, status: 66, named: "no task 9"),
        Case(words: ["submit", "--jsonl"], stdin: #"{"prompt":"true","after":"1"}"#, status: 65, named: "write an array of task ids"),
        Case(words: ["submit", "--jsonl"], stdin: #"{"prompt":"true","after":["1"]}"#, status: 65, named: "write an array of task ids"),
        Case(words: ["submit", "--jsonl"], stdin: #"{"prompt":"true","after_any":[0]}"#, status: 65, named: "write an array of task ids"),
        Case(words: ["submit", "--jsonl"], stdin: #"{"prompt":"true","slots":1.5}"#, status: 65, named: "slots is 1.5"),
        Case(words: ["submit", "--jsonl"], stdin: #"{"prompt":"true","metadata":["a"]}"#, status: 65, named: "an object of strings"),
        Case(words: ["submit", "--jsonl"], stdin: #"{"prompt":"true","metadata":{"a":1}}"#, status: 65, named: "an object of strings"),
        Case(words: ["submit", "--jsonl"], stdin: #"{"prompt":"true","delay":-1}"#, status: 65, named: "delay is -1"),
        Case(words: ["submit", "--jsonl"], stdin: #"{"prompt":"true","run_at":7}"#, status: 65, named: "run_at is 7"),
        Case(words: ["submit", "--jsonl"], stdin: #"{"prompt":"true","at":"09:30","delay":1}"#, status: 65, named: "delay and at exclude each other"),
        Case(words: ["submit", "--jsonl"], stdin: #"{"prompt":"true","key":""}"#, status: 65, named: "key is ''"),
        Case(words: ["every"], status: 64, named: "it is not said how often"),
        Case(words: ["every", "", "true"], status: 64, named: "it is not said how often"),
        Case(words: ["every", "0 9 * *", "true"], status: 64, named: "neither a duration nor five cron fields"),
        Case(words: ["every", "0 0 30 2 *", "true"], status: 64, named: "never comes"),
        Case(words: ["every", "10ms", "true"], status: 64, named: "less than a second"),
        Case(words: ["every", "1h", "--"], status: 64, named: "no command after '--'"),
        Case(words: ["every", "1h", "true", "--", "true"], status: 64, named: "'true' stands before '--'"),
        Case(words: ["every", "1h", "--stdin", "true"], status: 64, named: "--stdin has a meaning with '--' only"),
        Case(words: ["every", "1h", "-t", "nonsense", "true"], status: 64, named: "unknown task type 'nonsense'"),
        Case(words: ["every", "1h", "--key", "k", "true"], status: 64, named: "unknown option '--key'"),
        Case(words: ["every", "--list", "1h"], status: 64, named: "unexpected argument '1h'"),
        Case(words: ["every", "--list", "--remove", "1"], status: 64, named: "--list and --remove exclude each other"),
        Case(words: ["every", "1h", "--json", "true"], status: 64, named: "--json has a meaning with --list only"),
        Case(words: ["every", "--remove", "0"], status: 64, named: "--remove is '0'"),
        Case(words: ["every", "--remove", "7"], status: 66, named: "no recurring task 7: see 'koubouctl every --list'"),
        Case(words: ["edit", "--at", "never", "1"], status: 64, named: "--at is 'never'"),
        Case(words: ["edit", "--title", "", "1"], status: 64, named: "--title is ''"),
        Case(words: ["edit", "1"], status: 64, named: "nothing to change is given"),
        Case(words: ["show", "--dot", "9"], status: 66, named: "no task 9"),
    ])
    func isRefused(_ row: Case) throws {
        let home = try Home()
        let output = try home.run(["koubouctl"] + row.words, stdin: row.stdin.map { Array($0.utf8) })
        #expect(output.status == row.status, "\(output.errors)")
        #expect(output.errors.contains(row.named), "\(output.errors)")
        #expect(output.errors.ranges(of: "like").count <= 1, "\(output.errors)")
        #expect(output.lines.isEmpty && !output.errors.contains("\n"))
        #expect(try home.koubouctl("list", "--json").lines.isEmpty)
        #expect(try home.koubouctl("every", "--list", "--json").lines.isEmpty)
    }
}
