import Testing

@testable import KoubouCore

@Suite struct ToolTests {
    private let reader: JSONReader

    init() throws { reader = try JSONReader() }

    @Test(arguments: Tool.allCases)
    func whatIsSaidOfAToolIsWellFormed(tool: Tool) throws {
        let json = tool.json(at: .v2025_11_25, types: ["code", "exec"])
        func value(_ path: String) throws -> String? { try reader.value(inJSON: json, at: path) }
        #expect(try value("$.name") == tool.rawValue)
        #expect(tool.rawValue.hasPrefix("koubou_"))
        #expect(try value("$.inputSchema.type") == "object" && value("$.outputSchema.type") == "object")
        for hint in ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] {
            #expect(try value("$.annotations.\(hint)") != nil)
        }
        let properties = try reader.members(ofJSON: value("$.inputSchema.properties") ?? "").map(\.key)
        #expect(Set(properties) == Set(tool.arguments), "the schema and the reader know the same names")
        #expect(try reader.value(inJSON: json, at: "$.execution.taskSupport") == (tool == .delegateTask ? "optional" : nil))
        #expect(try reader.value(inJSON: tool.json(at: .v2025_06_18, types: []), at: "$.execution") == nil)
    }

    @Test func argvIsThereForThoseWhoMayUseIt() throws {
        let json = Tool.delegateTask.json(at: .v2025_11_25, types: ["code", "general"])
        #expect(try reader.value(inJSON: json, at: "$.inputSchema.properties.argv") == nil)
        #expect(try reader.value(inJSON: json, at: "$.inputSchema.properties.type.enum") == "[\"code\",\"general\"]")
    }

    private func arguments(_ json: String) throws -> ToolArguments {
        try ToolArguments(json, known: ["number", "ids", "text", "time", "state"], reader)
    }

    @Test func argumentsAreRead() throws {
        let given = try arguments(#"{"number":5.0,"ids":[3,1,3],"text":"x","time":1.5,"state":"failed"}"#)
        #expect(try given.integer("number", in: 1...10) == 5)
        #expect(try given.ids("ids") == [TaskID(3), TaskID(1)])
        #expect(try given.text("text") == "x")
        #expect(try given.seconds("time", atMost: .seconds(50)) == .milliseconds(1500))
        #expect(try given.word("state", of: TaskState.self) == .failed)
        #expect(try arguments(#"{"time":1e300}"#).seconds("time", atMost: .seconds(50)) == .seconds(50))
        let none = try arguments(#"{"text":null}"#)
        #expect(try none.text("text") == nil && none.integer("number", in: 1...10) == nil)
    }

    @Test(arguments: [
        (#"{"numbr":1}"#, "unknown argument 'numbr': did you mean 'number'?"),
        (#"{"number":1,"number":2}"#, "number is given twice: give it once"),
        (#"{"number":11}"#, "number is 11: give a whole number from 1 to 10"),
        (#"{"number":1.5}"#, "number is 1.5: give a whole number from 1 to 10"),
        (#"{"number":true}"#, "number is true: give a whole number from 1 to 10"),
        (#"{"number":"1"}"#, "number is '1': give a whole number from 1 to 10"),
        (#"{"number":99999999999999999999}"#, "number is 1.0e+20: give a whole number from 1 to 10"),
        (#"{"text":""}"#, "text is '': give a string that is not empty"),
        (#"{"ids":[]}"#, "ids holds 0 ids: give 1 to 1000"), (#"{"ids":7}"#, "ids is 7: give an array of task ids, like [41, 42]"),
        (#"{"ids":[0]}"#, "ids is [0]: give an array of task ids, like [41, 42]"),
        (#"{"time":-1}"#, "time is -1: give a number of seconds, 0 or more"),
        (#"{"state":"done"}"#, "state is 'done': give one of blocked, scheduled, pending, in_progress, completed, failed, cancelled"),
    ])
    func aMistakeTellsHowToMendIt(json: String, message: String) throws {
        let mistake = #expect(throws: ToolMistake.self) {
            let given = try arguments(json)
            _ = try given.integer("number", in: 1...10)
            _ = try given.text("text")
            _ = try given.seconds("time", atMost: .seconds(50))
            _ = try given.word("state", of: TaskState.self)
            _ = try given.ids("ids")
        }
        #expect(mistake.map { "\($0.what): \($0.remedy)" } == message)
    }
}
