import Glibc

/// An error that can be told to a person in one line: what, where, and how to mend it.
public protocol UserFacingError: Error {
    var exitCode: ExitCode { get }
    /// `what` in lower case without a full stop; `place` a file, line or option; `remedy` what to do about it.
    var report: (what: String, place: String?, remedy: String?) { get }
}

extension UserFacingError {
    /// The one line that is printed, without the program's name: `what (place): remedy`.
    public var line: String {
        let (what, place, remedy) = report
        return what + (place.map { " (\($0))" } ?? "") + (remedy.map { ": \($0)" } ?? "")
    }
}

/// Tells `error` on stderr in one line and ends the program with its code.
public func exit(reporting error: any Error, program: String) -> Never {
    // What is thrown is ours without exception; the second form keeps a mistake of ours from becoming a crash.
    let line = (error as? any UserFacingError)?.line ?? "\(error)"
    let code = (error as? any UserFacingError)?.exitCode ?? .software
    writeAll("\(program): \(LogLine.printable(line))\n", to: STDERR_FILENO)
    exit(code.rawValue)
}
