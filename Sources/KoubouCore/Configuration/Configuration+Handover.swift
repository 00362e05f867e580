import Glibc

/// kouboud hands the configuration that it has accepted to its workers: a file that it refused, or has not read yet, must not
/// keep a new worker from starting, and nobody works by another one than it thinks.
extension Configuration {
    /// The descriptor on which a worker gets it.
    public static let handoverDescriptor: Int32 = 3

    /// The whole configuration in the form of koubou.conf.
    public var text: String {
        var lines: [String] = []
        var section = ""
        for setting in effective {
            guard let value = setting.value else { continue }
            if setting.section != section { lines.append("[\(setting.section)]") }
            section = setting.section
            lines.append("\(setting.key) = \(value)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What kouboud has written on the descriptor.
    public static func handedOver() throws(ConfigurationError) -> Configuration {
        let file = FileDescriptor(owning: handoverDescriptor)
        let bytes: [UInt8]
        do { bytes = try readAll(from: file.number) } catch { throw .unreadable(error) }
        var configuration = Configuration()
        try configuration.read(bytes, file: "the configuration of kouboud")
        return configuration
    }
}
