import Glibc
import KoubouCore

/// The tokens of a home, as the file has them just now.
final class TokenFile {
    let path: String
    private var seen: (inode: ino_t, size: off_t, seconds: Int, nanoseconds: Int)?
    private var tokens: [AccessToken] = []

    init(_ home: Home) { path = home.tokenFile }

    /// None when there is no file. A token that is revoked is of no use from that moment on.
    func current() throws -> [AccessToken] {
        guard let status = fileStatus(path) else {
            (seen, tokens) = (nil, [])
            return []
        }
        let now = (status.st_ino, status.st_size, status.st_ctim.tv_sec, status.st_ctim.tv_nsec)
        if let seen, seen == now { return tokens }
        (seen, tokens) = (nil, [])
        guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            throw TokenFileError(
                path: path, what: "other users may read the tokens", remedy: "run: chmod 600 '\(path)'")
        }
        let (read, badLine) = AccessToken.parse(String(decoding: try readFile(path), as: UTF8.self))
        if let badLine {
            throw TokenFileError(
                path: path + ":\(badLine)", what: "the line is not NAME RIGHT TOKEN",
                remedy: "let 'koubouctl token' write it")
        }
        (seen, tokens) = (now, read)
        return tokens
    }

    /// Puts a new file in the place of the old one.
    func write(_ tokens: [AccessToken]) throws {
        try writeFile(path + ".new", Array(tokens.map(\.line).joined().utf8))
        guard rename(path + ".new", path) == 0 else { throw SystemError("write", path) }
        try syncFolder(parentFolder(of: path))
    }
}

/// A token file that can't be trusted.
struct TokenFileError: UserFacingError {
    let path: String
    let what: String
    let remedy: String

    var exitCode: ExitCode { .configuration }
    var report: (what: String, place: String?, remedy: String?) { (what, path, remedy) }
}
