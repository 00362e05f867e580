import Glibc
import Testing

@testable import KoubouCore

@Suite struct ResultReaderTests {
    private func read(_ form: String, _ text: String, status: Int = 0, folder: String = "/nowhere") throws -> (
        end: AttemptEnd, result: String, progress: String
    ) {
        let queue = try TestQueue()
        let reader = ResultReader(
            try #require(ResultForm(form)), of: nil, limit: 1000, folder: Array(folder.utf8), json: queue.json,
            isJSON: { (try? queue.store.isJSON($0)) ?? false })
        return run(reader, text, status: status)
    }

    @Test(arguments: ["text", "json", "json:.result", "json:[0].x", "last-line", "file:out/a b.txt"])
    func aFormIsShownAsItIsWritten(text: String) { #expect(ResultForm(text)?.text == text) }

    @Test(arguments: ["", "JSON", "json:", "json:result", "json:.", "text:x", "last-line:2", "file", "file:"])
    func anythingElseIsNone(text: String) { #expect(ResultForm(text) == nil) }

    @Test(arguments: [
        ("json", "{\"a\": [1, 2]}\n", "{\"a\": [1, 2]}\n", ""),
        ("json:.result", "{\"result\":\"it\\nis\",\"x\":1}", "it\nis", "{\"result\":\"it\\nis\",\"x\":1}"),
        ("json:.a[1]", "{\"a\":[1,{\"b\":2}]}", "{\"b\":2}", "{\"a\":[1,{\"b\":2}]}"),
        ("last-line", "working\n42 \r\n\n  \n", "42 ", "working\n42 \r\n\n  \n"),
        ("last-line", "one", "one", "one"),
    ])
    func theResultIsTakenOutOfTheOutput(form: String, output: String, result: String, progress: String) throws {
        let seen = try read(form, output)
        #expect(seen.end.outcome == .completed)
        #expect(seen.result == result)
        #expect(seen.progress == progress)
    }

    @Test(arguments: [
        ("json", "{\"a\":", "stdout is no JSON but '{\"a\":': see result in [type …]"),
        ("json", "1,2", "stdout is no JSON but '1,2': see result in [type …]"),
        ("json", "", "stdout is no JSON but nothing: see result in [type …]"),
        ("json:.result", "{\"x\":1}", "stdout has no .result but is '{\"x\":1}': see result in [type …]"),
        ("json:.[", "{\"x\":1}", "stdout has no .[ but is '{\"x\":1}': see result in [type …]"),
        ("last-line", "\n \n", "stdout has no line: see result in [type …]"),
        ("file:r.txt", "x", "the result 'r.txt' can't be read: No such file or directory: see result in [type …]"),
    ])
    func withoutAResultTheAttemptHasFailed(form: String, output: String, error: String) throws {
        let end = try read(form, output).end
        #expect(end.outcome == .failed)
        #expect(end.error == error)
        #expect(end.mayRetry)
    }

    @Test func aFailureStaysOne() throws {
        let seen = try read("json:.result", "{\"error\":\"no key\"}", status: 1)
        #expect(seen.end.error == nil, "the exit status says it")
        #expect(seen.result == "")
        #expect(seen.progress == "{\"error\":\"no key\"}")
    }

    @Test func aFileIsReadFromTheFolderOfTheTask() throws {
        #expect(try read("file:self/comm", "told", folder: "/proc").result != "")
        #expect(try read("file:/proc/self/comm", "told", folder: "/").progress == "told")
        #expect(try read("file:self/status", "", folder: "/proc").end.error?.contains("larger than 1000") ?? false)
    }

    @Test func onlyARegularFileIsRead() throws {
        let folder = try TemporaryFolder()
        try folder.write("secret", "x".utf8)
        #expect(symlink(folder("secret"), folder("link")) == 0 && mkfifo(folder("pipe"), 0o600) == 0)
        // A writer that says nothing: a read would have to wait.
        let writer = open(folder("pipe"), O_RDWR | O_NONBLOCK)
        defer { close(writer) }
        #expect(try read("file:secret", "", folder: folder.path).result == "x")
        for (name, cause) in [("link", "it is a link"), ("pipe", "it is no regular file"), (".", "it is no regular file")] {
            let error = try read("file:\(name)", "", folder: folder.path).end.error
            #expect(error == "the result '\(name)' can't be read: \(cause): see result in [type …]")
        }
    }
}
