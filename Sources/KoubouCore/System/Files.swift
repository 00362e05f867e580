import Glibc

/// Reads from `descriptor` to its end, or until there are `limit` bytes or somewhat more.
public func readAll(from descriptor: Int32, upTo limit: Int = .max) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
        var count = 0
        let piece = [UInt8](unsafeUninitializedCapacity: bytes.isEmpty ? 4096 : 65_536) { buffer, filled in
            count = retryingInterrupts { read(descriptor, buffer.baseAddress, buffer.count) }
            filled = max(count, 0)
        }
        guard count >= 0 else { throw SystemError("read") }
        if count == 0 { return bytes }
        bytes += piece
        if bytes.count >= limit { return bytes }
    }
}

/// The whole file at `path`.
public func readFile(_ path: String) throws(SystemError) -> [UInt8] {
    let file = try FileDescriptor(opening: path, O_RDONLY)
    do { return try readAll(from: file.number) } catch { throw SystemError("read", path, code: error.code) }
}

/// What stat(2) tells of `path`, or nil when there is nothing to tell (errno says why).
public func fileStatus(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
}

/// The same of a name that need not be UTF-8.
public func fileStatus(_ path: [UInt8]) -> stat? {
    var status = stat()
    return (path + [0]).withUnsafeBufferPointer { name in
        name.withMemoryRebound(to: CChar.self) { stat($0.baseAddress!, &status) } == 0 ? status : nil
    }
}

/// What fstat(2) tells of an open file, or nil when there is nothing to tell (errno says why).
public func fileStatus(ofDescriptor descriptor: Int32) -> stat? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status : nil
}

/// True when the open file has no name any more: what is written into it, nobody will find again.
func isDeleted(_ descriptor: Int32) -> Bool { fileStatus(ofDescriptor: descriptor)?.st_nlink == 0 }

/// True when the open file is what is found at `path`.
func isFile(_ descriptor: Int32, at path: String) -> Bool {
    guard let open = fileStatus(ofDescriptor: descriptor), let found = fileStatus(path) else { return false }
    return open.st_ino == found.st_ino && open.st_dev == found.st_dev
}

/// Makes the folder `path`, for its owner alone, where it isn't there yet.
public func makeFolder(_ path: String) throws(SystemError) {
    // Mostly it is there, and to look costs less than to try.
    if let status = fileStatus(path), status.st_mode & S_IFMT == S_IFDIR { return }
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError("create", path) }
    guard let status = fileStatus(path) else { throw SystemError("look at", path) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw SystemError("use as a folder", path, code: ENOTDIR) }
}

/// Makes the names in the folder `path` safe against a power cut.
public func syncFolder(_ path: String) throws(SystemError) {
    let folder = try FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY)
    guard fsync(folder.number) == 0 else { throw SystemError("sync", path) }
}

/// Writes the file `path`, for its owner alone, and its bytes to the disk; its name is not safe yet.
public func writeFile(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
    let file = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC)
    guard writeAll(bytes, to: file.number), fsync(file.number) == 0 else { throw SystemError("write", path) }
}

/// What stands after the last slash of `path`.
public func fileName(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

/// The folder that `path` lies in.
public func parentFolder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// `path`, which is absolute, without links, dots and superfluous slashes, as realpath(3) makes it; what isn't there yet is
/// taken for folders.
public func resolvedPath(_ path: String) throws(SystemError) -> String {
    var missing: [Substring] = []
    var present = path[...]
    while true {
        if let resolved = realpath(present.isEmpty ? "/" : String(present), nil) {
            defer { free(resolved) }
            let found = String(cString: resolved)
            return missing.isEmpty ? found : appending(missing.reversed(), to: found)
        }
        guard errno == ENOENT || errno == ENOTDIR, let slash = present.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            throw SystemError("find", path)
        }
        missing.append(present[present.index(after: slash)...])
        present = present[..<slash]
    }
}

/// `folder` and `names` below it, by their dots.
private func appending(_ names: [Substring], to folder: String) -> String {
    var path = folder
    for name in names where !name.isEmpty && name != "." {
        if name == ".." { path = parentFolder(of: path) } else { path += path == "/" ? name : "/" + name }
    }
    return path
}

/// The working directory of this process.
public func workingDirectory() throws(SystemError) -> [UInt8] {
    guard let path = getcwd(nil, 0) else { throw SystemError("find the working directory") }
    defer { free(path) }
    return Array(UnsafeRawBufferPointer(start: path, count: strlen(path)))
}

/// The file of our own program `name`: beside the one that runs now, as all three are installed together.
public func siblingProgram(_ name: String) -> String {
    // Replaced by an upgrade while it runs: the link then ends in " (deleted)", and the folder is still right.
    linkTarget("/proc/self/exe").map { parentFolder(of: $0) + "/" + name } ?? name
}

/// What the symbolic link at `path` holds; nil when there is none that we may read.
func linkTarget(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
}

/// The names in the folder `path`, in no order; none when it can't be read.
public func fileNames(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}
