import CLinux

/// Gives memory that was freed back to the system. The allocator keeps it otherwise, as it may be wanted again.
public func returnFreeMemory() { _ = malloc_trim(0) }
