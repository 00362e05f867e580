import Glibc
import KoubouCore

extension Doctor {
    /// Reading more than this takes more than a moment.
    private static let quickLimit = 256 << 20

    func checkDatabase() {
        errno = 0
        guard let status = fileStatus(home.database), status.st_size > 0 else {
            return report(
                errno == EACCES
                    ? .fail("database", "\(home.database) can't be read", "use the queue as its owner")
                    : .ok("database", "not there yet; the first command makes it"))
        }
        let size = Int(status.st_size)
        do {
            let store = try Store(inspecting: home)
            if size <= Self.quickLimit {
                if let fault = try store.firstFault() {
                    return report(
                        .fail("database", "damaged: \(fault)", "restore a backup, see 'koubouctl help backup'"))
                }
                report(.ok("database", "\(home.database), \(SizeText.text(size)), whole"))
            } else {
                report(.ok("database", "\(home.database), \(SizeText.text(size)); to read it through: koubouctl check"))
            }
            self.store = store
            report(.wal(size: Int(fileStatus(home.database + "-wal")?.st_size ?? 0)))
            report(.clock(Clock.now, lastEvent: try store.lastEventTime()))
        } catch {
            report(.fail("database", error))
            if store == nil { report(.clock(Clock.now, lastEvent: nil)) }
        }
    }
}
