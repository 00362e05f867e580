import Glibc

/// A system call that failed: which, on what, and errno.
public struct SystemError: UserFacingError, Equatable {
    public let call: String
    public let subject: String?
    public let code: Int32

    /// Takes errno as it is now, so it must be made right after the call.
    public init(_ call: String, _ subject: String? = nil) {
        self.init(call, subject, code: errno)
    }

    public init(_ call: String, _ subject: String? = nil, code: Int32) {
        (self.call, self.subject, self.code) = (call, subject, code)
    }

    /// errno in words: `No space left on device`.
    public var cause: String { String(cString: strerror(code)) }

    public var exitCode: ExitCode {
        switch code {
        case EACCES, EPERM: .noPermission
        case ENOENT, ENOTDIR: call == "create" ? .cannotCreate : .noInput
        case EROFS: .cannotCreate
        case EIO, ENOSPC, EDQUOT: .ioError
        default: .osError
        }
    }

    public var report: (what: String, place: String?, remedy: String?) {
        ("cannot \(call)" + (subject.map { " '\($0)'" } ?? "") + ": \(cause)", nil, nil)
    }
}

/// Repeats `call` while a signal interrupts it.
@discardableResult
public func retryingInterrupts<Status: SignedInteger>(_ call: () -> Status) -> Status {
    while true {
        let status = call()
        if status != -1 || errno != EINTR { return status }
    }
}
