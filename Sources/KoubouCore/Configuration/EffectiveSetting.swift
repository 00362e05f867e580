/// A setting as it is in force, and where it comes from.
public struct EffectiveSetting: Equatable, Sendable {
    /// As in koubou.conf: `pool`, or `type code`.
    public let section: String
    public let key: String
    /// As koubou.conf would have it; nil when nothing is set.
    public let value: String?
    /// A line of a file, a variable, `koubouctl pool`, or `built in`.
    public let place: String

    /// `pool.max`, or `type.code.nice`.
    public var name: String { "\(section.split(separator: " ").joined(separator: ".")).\(key)" }

    /// `pool.max = 10`.
    public var assignment: String { name + (value.map { " = \($0)" } ?? "") }

    /// As a JSON object.
    public var json: String {
        JSONText.line(["section": section, "key": key, "value": value, "place": place])
    }
}

extension Configuration {
    /// All settings in the order of koubou.conf(5), those of the types last.
    public var effective: [EffectiveSetting] {
        let general = Self.settings.map { setting in
            EffectiveSetting(
                section: setting.name.section, key: setting.name.key, value: setting.show(self),
                place: place(of: setting.name))
        }
        let ofTypes = types.values.sorted { $0.name < $1.name }.flatMap { type in
            Self.typeSettings.map { setting in
                EffectiveSetting(
                    section: "type \(type.name)", key: setting.key, value: setting.show(type),
                    place: place(of: ("type \(type.name)", setting.key)))
            }
        }
        return general + ofTypes
    }

    private func place(of name: SettingName) -> String { places["\(name.section).\(name.key)"]?.text ?? "built in" }

    /// Checks a file by itself; throws the error that names its line.
    public static func check(file path: String) throws(ConfigurationError) {
        let bytes: [UInt8]
        do { bytes = try readFile(path) } catch { throw .unreadable(error) }
        var configuration = Configuration()
        try configuration.read(bytes, file: path)
    }
}
