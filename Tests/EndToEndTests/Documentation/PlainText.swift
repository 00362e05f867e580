import Glibc

extension String {
    /// Without what is not the same twice: times, process ids, sizes, folders; and with two spaces between columns.
    func plain(in home: Home, keepingDurations: Bool = false) -> String {
        var text = replacing(home.folder, with: "FOLDER")
            .replacing(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?/, with: "TIME")
            .replacing(/"(pid|cpu_time|peak_memory|idle_seconds|elapsed)":[0-9.e-]+/) { "\"\($0.output.1)\":N" }
            .replacing(/"process":"[^"]*"/, with: "\"process\":\"P\"")
            .replacing(/(pid|process|supervisor)(=| +)\d+/) { "\($0.output.1)\($0.output.2)N" }
            .replacing(/"(wal_size|size)":\d+/) { "\"\($0.output.1)\":N" }
            .replacing(/(worker_\d+) +\d+[ ]{2}/) { "\($0.output.1)  PID  " }
        if !keepingDurations {
            text = text.replacing(/\b\d+(\.\d+)?(ms|s|m(\d\ds)?|h(\d\dm)?|d(\d\dh)?)\b/, with: "D").replacing(/\d+(\.\d+)? [KMG]iB/, with: "SIZE")
        }
        return text.replacing(/[ ]{3,}/, with: "  ")
    }
}
