import Glibc
import Testing

@testable import KoubouCore

struct EventLoopTests {
    /// A pipe whose ends are closed with it.
    private final class Pipe {
        let reader: Int32
        let writer: Int32
        init() throws { (reader, writer) = try makePipe() }
        deinit {
            close(reader)
            close(writer)
        }
    }

    @Test func timersFireInOrderAndNotEarly() throws {
        var loop = try EventLoop()
        var start = MonotonicClock.now
        var fired: [String] = []
        var last = start
        // Set at the same moment, as far as their order goes.
        repeat {
            (loop, start) = (try EventLoop(), MonotonicClock.now)
            loop.after(.milliseconds(30)) { [loop] in
                fired.append("third")
                last = MonotonicClock.now
                loop.stop()
            }
            loop.after(.milliseconds(5)) { fired.append("first") }
            loop.after(.milliseconds(20)) { fired.append("second") }
            loop.after(.zero) { fired.append("at once") }
        } while MonotonicClock.now - start > .milliseconds(4)
        try loop.run()
        #expect(fired == ["at once", "first", "second", "third"])
        #expect(last - start >= .milliseconds(30))
    }

    @Test func aCancelledTimerDoesNotFire() throws {
        let loop = try EventLoop()
        var fired: [Int] = []
        let first = loop.after(.milliseconds(2)) { fired.append(1) }
        loop.after(.milliseconds(4)) { fired.append(2) }
        var third: EventLoop.TimerID?
        loop.after(.milliseconds(6)) { loop.cancel(third) }
        third = loop.after(.milliseconds(8)) { fired.append(3) }
        loop.after(.milliseconds(20)) { loop.stop() }
        loop.cancel(first)
        loop.cancel(nil)
        try loop.run()
        #expect(fired == [2])
    }

    @Test func aTimerMaySetTheNext() throws {
        let loop = try EventLoop()
        var count = 0
        func tick() {
            count += 1
            if count == 5 { loop.stop() } else { loop.after(.milliseconds(1)) { tick() } }
        }
        tick()
        try loop.run()
        #expect(count == 5)
    }

    @Test func readsUntilTheEnd() throws {
        let loop = try EventLoop()
        let (reader, writer) = try makePipe()
        defer { close(reader) }
        var seen: [UInt8] = []
        try loop.onReadable(reader) {
            var buffer = [UInt8](repeating: 0, count: 100)
            while true {
                let count = read(reader, &buffer, buffer.count)
                if count == 0 {
                    loop.removeReadable(reader)
                    loop.stop()
                }
                guard count > 0 else { return }
                seen += buffer[..<count]
            }
        }
        writeAll("one ", to: writer)
        loop.after(.milliseconds(3)) { writeAll("two", to: writer) }
        loop.after(.milliseconds(6)) { close(writer) }
        try loop.run()
        #expect(seen == Array(text: "one two"))
    }

    @Test func whatIsRemovedIsNotCalled() throws {
        let loop = try EventLoop()
        let pipes = try [Pipe(), Pipe()]
        var calls = 0
        // Both are ready in one round; the first handler that runs removes both.
        for pipe in pipes {
            writeAll("x", to: pipe.writer)
            try loop.onReadable(pipe.reader) {
                calls += 1
                for other in pipes { loop.removeReadable(other.reader) }
            }
        }
        loop.after(.milliseconds(10)) { loop.stop() }
        try loop.run()
        #expect(calls == 1)
        loop.removeReadable(pipes[0].reader)
    }

    /// The number of a closed descriptor may be given again while events of the old one wait in the same round.
    @Test func aStaleEventDoesNotReachANewDescriptor() throws {
        let loop = try EventLoop()
        let other = try Pipe()
        let numbers = try (0..<2).map { _ in try makePipe() }
        var renewed = 0
        for pipe in numbers {
            writeAll("x", to: pipe.writer)
            try loop.onReadable(pipe.reader) {
                // The first of the two to run puts an empty pipe in the place of both.
                for old in numbers {
                    loop.removeReadable(old.reader)
                    dup2(other.reader, old.reader)
                    try loop.onReadable(old.reader) { renewed += 1 }
                }
                loop.after(.milliseconds(10)) { loop.stop() }
            }
        }
        try loop.run()
        #expect(renewed == 0)
        for pipe in numbers {
            loop.removeReadable(pipe.reader)
            close(pipe.reader)
            close(pipe.writer)
        }
    }

    @Test func aHandlerThatThrowsEndsTheRun() throws {
        let loop = try EventLoop()
        loop.after(.zero) { throw TestFault.unexpected("thrown") }
        loop.after(.milliseconds(1)) { Issue.record("not after an error") }
        #expect(throws: TestFault.self) { try loop.run() }
    }

    @Test func stopEndsTheRoundAndRunBeginsAnew() throws {
        let loop = try EventLoop()
        let pipes = try [Pipe(), Pipe()]
        var calls = 0
        for pipe in pipes {
            writeAll("x", to: pipe.writer)
            try loop.onReadable(pipe.reader) {
                calls += 1
                loop.stop()
            }
        }
        try loop.run()
        #expect(calls == 1)
        try loop.run()
        #expect(calls == 2)
    }

    @Test func seesTheEndOfAProcess() throws {
        let loop = try EventLoop()
        let child = try SleepingChild()
        var isOver = false
        let isWatched = try loop.onExit(of: child.pid) {
            isOver = true
            loop.stop()
        }
        #expect(isWatched)
        loop.after(.milliseconds(5)) {
            #expect(!isOver)
            kill(child.pid, SIGTERM)
        }
        try loop.run()
        #expect(isOver)
        #expect(try child.reap().cause == .signalled(Int(SIGTERM)), "it was left to us to reap")
        #expect(try !loop.onExit(of: pid_t(1 << 22 + 1)) {}, "no such process")
    }

    @Test func manyDescriptorsInOneRound() throws {
        let loop = try EventLoop()
        let pipes = try (0..<40).map { _ in try Pipe() }
        var called: Set<Int32> = []
        for pipe in pipes {
            writeAll("x", to: pipe.writer)
            try loop.onReadable(pipe.reader) {
                called.insert(pipe.reader)
                loop.removeReadable(pipe.reader)
                if called.count == pipes.count { loop.stop() }
            }
        }
        try loop.run()
        #expect(called == Set(pipes.map(\.reader)))
    }

    @Test func aReaderThatLeavesIsNoticedWithoutAWrite() throws {
        let (reader, writer) = try makePipe()
        defer { close(writer) }
        let loop = try EventLoop()
        var events: [String] = []
        try loop.onReaderGone(writer) {
            events.append("gone")
            loop.stop()
        }
        loop.after(.milliseconds(5)) {
            events.append("closed")
            close(reader)
        }
        try loop.run()
        #expect(events == ["closed", "gone"], "a reader that is there is no news")
    }

    @Test func aFileHasNoReaderThatCouldLeave() throws {
        let loop = try EventLoop()
        for path in ["/dev/null", "/proc/self/exe"] {
            let file = try FileDescriptor(opening: path, O_RDONLY)
            try loop.onReaderGone(file.number) { Issue.record("\(path)") }
            loop.after(.milliseconds(5)) { loop.stop() }
            try loop.run()
        }
    }
}
