import CLinux
import Glibc

/// Gives back the memory in which the program's own code and constants are mapped; what is needed again comes back from the
/// page cache. Of what a start has touched, and the kernel has mapped around it, an idle process needs a tenth: 5 MiB are
/// 0.5. See madvise(2), MADV_DONTNEED; parts that can be written are left alone.
public func releaseProgramPages() {
    let count = Int(getauxval(UInt(AT_PHNUM)))
    guard let first = UnsafePointer<Elf64_Phdr>(bitPattern: getauxval(UInt(AT_PHDR))) else { return }
    let headers = UnsafeBufferPointer(start: first, count: count)
    // The program lies elsewhere than its file says by as much as its headers do.
    guard let table = headers.first(where: { $0.p_type == UInt32(PT_PHDR) }) else { return }
    let shift = UInt(bitPattern: first) &- UInt(table.p_vaddr)
    let page = UInt(getpagesize())
    for part in headers where part.p_type == UInt32(PT_LOAD) && part.p_flags & UInt32(PF_W) == 0 {
        let start = (UInt(part.p_vaddr) &+ shift) / page * page
        let end = UInt(part.p_vaddr) &+ shift + UInt(part.p_memsz)
        madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
    }
}
