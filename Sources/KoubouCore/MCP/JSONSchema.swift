/// Writes the few forms of JSON Schema that the tools need.
enum JSONSchema {
    static func object(_ properties: KeyValuePairs<String, String?>, required: [String] = [], isOpen: Bool = false)
        -> String
    {
        JSONText.object([
            "type": "\"object\"", "properties": JSONText.object(properties),
            "required": required.isEmpty ? nil : JSONText.array(of: required.map(JSONText.quoted)),
            "additionalProperties": isOpen ? nil : "false",
        ])
    }

    static func text(_ description: String, of words: [String]? = nil) -> String {
        value("string", description, ["enum": words.map { JSONText.array(of: $0.map(JSONText.quoted)) }])
    }

    static func integer(_ description: String, in range: ClosedRange<Int>? = nil, default standard: Int? = nil)
        -> String
    {
        value(
            "integer", description,
            [
                "minimum": range.map { "\($0.lowerBound)" },
                "maximum": range.flatMap { $0.upperBound == .max ? nil : "\($0.upperBound)" },
                "default": standard.map { "\($0)" },
            ])
    }

    static func number(_ description: String) -> String { value("number", description, ["minimum": "0"]) }
    static func boolean(_ description: String) -> String { value("boolean", description, [:]) }

    static func array(_ description: String, of items: String, atMost limit: Int? = nil) -> String {
        value(
            "array", description,
            ["items": items, "minItems": limit == nil ? nil : "1", "maxItems": limit.map { "\($0)" }])
    }

    private static func value(_ type: String, _ description: String, _ more: KeyValuePairs<String, String?>) -> String {
        let common: [(name: String, json: String?)] = [
            ("type", JSONText.quoted(type)), ("description", JSONText.quoted(description)),
        ]
        return JSONText.object(of: common + more.map { ($0.key, $0.value) })
    }
}
