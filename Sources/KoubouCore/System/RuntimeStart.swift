#if !DEBUG
    import CLinux

    // Two things that the Swift runtime does at each start, before any code of ours: a dozen looks for the program
    // swift-backtrace, which is installed with no queue, and the search for the arguments by /proc/self/maps. They are
    // an eighth of the start of a short command. The runtime asks for them by these names (in its Paths.cpp and
    // CommandLine.cpp), and a static link takes ours for its own.

    /// Where a program of Swift's own lies; nil: there is none.
    @_cdecl("swift_copyAuxiliaryExecutablePath")
    public func koubouAuxiliaryExecutablePath(_ name: UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>? { nil }

    /// The arguments as the kernel gave them, and how many there are.
    @_cdecl("_swift_stdlib_getUnsafeArgvArgc")
    public func koubouArguments(
        _ count: UnsafeMutablePointer<Int32>
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> { koubou_arguments(count) }

    /// Nobody replaces them.
    @_cdecl("_swift_stdlib_overrideUnsafeArgvArgc")
    public func koubouReplaceArguments(
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, _ count: Int32
    ) {}
#endif
