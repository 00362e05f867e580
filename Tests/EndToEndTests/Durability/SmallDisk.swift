import Glibc
import KoubouCore
import Testing

/// A file system in memory, which goes with its last process.
final class SmallDisk {
    static let canMount: Bool = {
        guard geteuid() == 0, let home = try? Home() else { return false }
        return (try? SmallDisk(at: home.folder + "/probe", megabytes: 1)) != nil
    }()

    private let path: String
    private let options: String

    init(at path: String, megabytes: Int) throws {
        (self.path, options) = (path, "size=\(megabytes)m,mode=0700")
        try makeFolder(path)
        guard mount("koubou-test", path, "tmpfs", 0, options) == 0 else { throw SystemError("mount", path) }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Takes all the room there is.
    func fill() throws {
        let file = try FileDescriptor(opening: path + "/ballast", O_WRONLY | O_CREAT | O_APPEND)
        for size in [65_536, 4096] {
            while writeAll([UInt8](repeating: 0, count: size), to: file.number) {}
            #expect(errno == ENOSPC)
        }
    }

    func makeRoom() throws { #expect(unlink(path + "/ballast") == 0) }

    func turn(readOnly: Bool) throws {
        let flags = UInt(MS_REMOUNT | (readOnly ? MS_RDONLY : 0))
        guard mount("koubou-test", path, "tmpfs", flags, options) == 0 else { throw SystemError("remount", path) }
    }
}
