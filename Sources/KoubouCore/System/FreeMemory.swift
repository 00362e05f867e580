import CLinux

/// Gives memory that was freed back to the system. The allocator keeps it otherwise, as it may be wanted again.
public func returnFreeMemory() { _ = malloc_trim(0) }

/// Lets the allocator keep up to `size` bytes of what is freed. A worker that gives memory back after each task, and takes
/// it again for the next one, spends an eighth of its time on that.
public func keepFreeMemory(_ size: Int32) { _ = mallopt(Int32(koubou_trim_threshold), size) }
