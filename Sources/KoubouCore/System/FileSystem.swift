import CLinux
import Glibc

/// Room on the file system that holds a folder.
public struct FileSystemRoom: Equatable, Sendable {
    /// Bytes that we may use.
    public let available: Int
    /// Bytes of the whole file system.
    public let total: Int
    /// Files that can be made; nil where that has no bound of its own.
    public let files: Int?

    public init(available: Int, total: Int, files: Int?) {
        (self.available, self.total, self.files) = (available, total, files)
    }

    /// Nil when there is no such folder.
    public init?(of folder: String) {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        func bytes(_ blocks: fsblkcnt_t) -> Int {
            Int(clamping: UInt64(blocks).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
        }
        self.init(
            available: bytes(status.f_bavail), total: bytes(status.f_blocks),
            files: status.f_files == 0 ? nil : Int(clamping: UInt64(status.f_favail)))
    }
}

/// What kind of file system holds a folder.
public struct FileSystemKind: Equatable, Sendable {
    /// As mount(8) names it; its number where it is a rare one.
    public let name: String
    /// True when other machines may have it open: a queue would not be safe there.
    public let isNetwork: Bool

    /// Nil when there is no such folder.
    public init?(of folder: String) {
        var system = statfs()
        guard statfs(folder, &system) == 0 else { return nil }
        let number = Int(system.f_type)
        let network = Home.networkFileSystem(number)
        isNetwork = network != nil
        name = network ?? Self.local[number] ?? "kind 0x" + String(number, radix: 16)
    }

    private static let local = [
        0xef53: "ext4", 0x5846_5342: "xfs", 0x9123_683e: "btrfs", 0x0102_1994: "tmpfs", 0x794c_7630: "overlay",
        0x2fc1_2fc1: "zfs", 0xf2f5_2010: "f2fs", 0xca45_1a4e: "bcachefs",
    ]
}
