/// The description of the gateway for programs, OpenAPI 3.1, made from the table of routes.
public enum OpenAPI {
    public static let json: String = {
        let paths = Route.all.reduce(into: [(path: String, routes: [Route])]()) { paths, route in
            if let index = paths.firstIndex(where: { $0.path == route.path }) {
                paths[index].routes.append(route)
            } else {
                paths.append((route.path, [route]))
            }
        }
        return object([
            ("openapi", quoted("3.1.0")),
            ("info", object([("title", quoted("Koubou")), ("version", quoted(Version.text))])),
            ("security", #"[{},{"token":[]}]"#),
            ("paths", object(paths.map { ($0.path, pathItem($0.routes)) })),
            ("components", components),
        ])
    }()

    private static func pathItem(_ routes: [Route]) -> String {
        object(routes.map { ($0.method.lowercased(), operation($0)) })
    }

    private static func operation(_ route: Route) -> String {
        let endpoint = route.endpoint
        let names = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
        let parameters =
            names.map {
                parameter($0, in: "path", $0 == "id" ? #"{"type":"string","pattern":"^[1-9][0-9]{0,17}$"}"# : text)
            }
            + endpoint.query.map { parameter($0.name, in: "query", $0.schema) }
        var members = [
            ("summary", quoted(endpoint.summary)),
            ("description", quoted(route.right.map { "Needs the right \($0.rawValue)." } ?? "For anybody.")),
            ("parameters", "[" + parameters.joined(separator: ",") + "]"),
        ]
        if let body = endpoint.body, ["POST", "PATCH"].contains(route.method) {
            let content = #"{"application/json":{"schema":\#(body)}}"#
            members.append(("requestBody", #"{"required":\#(endpoint.needsBody),"content":\#(content)}"#))
        }
        members.append(("responses", endpoint == .mcp ? mcpResponses(route.method) : responses(endpoint)))
        return object(members)
    }

    private static func parameter(_ name: String, in place: String, _ schema: String) -> String {
        object([
            ("name", quoted(name)), ("in", quoted(place)), ("required", place == "path" ? "true" : "false"),
            ("schema", schema),
        ])
    }

    private static func responses(_ endpoint: Endpoint) -> String {
        let (type, schema) = endpoint.answer
        let content = object([(type, object([("schema", schema)]))])
        func good(_ description: String) -> String {
            object([("description", quoted(description)), ("content", content)])
        }
        var members = [("200", good("The answer"))]
        if endpoint == .socket {
            members = [("101", object([("description", quoted("Messages go both ways, each a JSON object"))]))]
        }
        if endpoint == .page { members.append(("304", object([("description", quoted("It is as it was"))]))) }
        if endpoint == .output { members.append(("206", good("A part of the output"))) }
        if endpoint == .health { members.append(("503", good("Something keeps tasks from being done"))) }
        members.append(("default", ##"{"$ref":"#/components/responses/Problem"}"##))
        return object(members)
    }

    /// What is said there, the protocol of its own describes.
    private static func mcpResponses(_ method: String) -> String {
        let json = #""application/json":{"schema":{"type":"object"}}"#
        let events = #""text/event-stream":{"schema":\#(text)}"#
        let good =
            switch method {
            case "POST":
                #""200":{"description":"The answer","content":{\#(json),\#(events)}},"202":{"description":"Taken"}"#
            case "GET": #""200":{"description":"What belongs to no request","content":{\#(events)}}"#
            default: #""204":{"description":"The session is ended"}"#
            }
        let problem = ##""application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}"##
        return #"{\#(good),"default":{"description":"What is wrong","content":{\#(problem),\#(json)}}}"#
    }

    private static let components = object([
        ("securitySchemes", #"{"token":{"type":"http","scheme":"bearer"}}"#),
        (
            "responses",
            ##"{"Problem":{"description":"What is wrong, and how to mend it","content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}}}"##
        ),
        (
            "schemas",
            #"""
            {"Problem":{"type":"object","required":["title","status","detail","error"],"properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},"field":{"type":"string"},"error":{"type":"string"}}},
            "Standing":{"type":"object","required":["task_id","status"],"properties":{"task_id":{"type":"integer"},"status":{"$ref":"#/components/schemas/Status"},"outcome":{"enum":["cancelled","requested","already_ended"]}}},
            "Status":{"enum":["blocked","scheduled","pending","in_progress","completed","failed","cancelled"]},
            "Task":{"type":"object","required":["task_id","type","status","priority","created_at","updated_at"],"properties":{"task_id":{"type":"integer"},"type":{"type":"string"},"status":{"$ref":"#/components/schemas/Status"},"priority":{"type":"integer"},"created_at":{"type":"string"},"updated_at":{"type":"string"},"error":{"type":["string","null"]},"result":{"type":["object","null"],"required":["success"],"properties":{"success":{"type":"boolean"},"output":{"type":["string","null"]},"error":{"type":["string","null"]}}}}},
            "Duration":{"oneOf":[{"type":"number","minimum":0,"maximum":3155760000},{"type":"string","pattern":"^([0-9]{1,9}(\\.[0-9]{1,9})?(ms|s)?|[0-9]{1,7}(\\.[0-9]{1,9})?m|[0-9]{1,5}(\\.[0-9]{1,9})?h|[0-9]{1,4}(\\.[0-9]{1,9})?d)$"}]},
            "Ids":{"type":"array","items":{"type":"integer","minimum":1,"maximum":9223372036854775807}},
            "Names":{"type":"object","propertyNames":{"pattern":"^[^=]+$"},"additionalProperties":{"type":"string"}},
            "NewTask":{"type":"object","additionalProperties":false,"not":{"required":["delay","at"],"properties":{"delay":{"not":{"type":"null"}},"at":{"not":{"type":"null"}}}},"oneOf":[{"required":["prompt"],"properties":{"prompt":{"type":"string"},"content":{"type":"null"},"argv":{"type":"null"},"type":{"not":{"const":"exec"}}}},{"required":["content"],"properties":{"content":{"type":"string"},"prompt":{"type":"null"},"argv":{"type":"null"},"type":{"not":{"const":"exec"}}}},{"required":["argv"],"properties":{"argv":{"type":"array"},"content":{"type":"null"},"type":{"enum":["exec",null]}}}],"properties":{"type":{"type":["string","null"],"minLength":1,"default":"general"},"prompt":{"type":["string","null"]},"content":{"type":["string","null"]},"priority":{"type":["integer","null"],"minimum":1,"maximum":10},"title":{"type":["string","null"],"minLength":1},"files":{"type":["array","null"],"items":{"type":"string"}},"options":{"type":["object","null"]},"output_file":{"type":["string","null"],"minLength":1},"sync":{"type":["boolean","null"]},"timeout":{"anyOf":[{"$ref":"#/components/schemas/Duration"},{"type":"null"}]},"max_attempts":{"type":["integer","null"],"minimum":1,"maximum":1000},"tags":{"type":["array","null"],"items":{"type":"string","pattern":"^[^,]+$"}},"metadata":{"anyOf":[{"$ref":"#/components/schemas/Names"},{"type":"null"}]},"key":{"type":["string","null"],"minLength":1},"after":{"anyOf":[{"$ref":"#/components/schemas/Ids"},{"type":"null"}]},"after_any":{"anyOf":[{"$ref":"#/components/schemas/Ids"},{"type":"null"}]},"delay":{"anyOf":[{"$ref":"#/components/schemas/Duration"},{"type":"null"}]},"at":{"type":["string","null"],"format":"date-time"},"argv":{"type":["array","null"],"minItems":1,"prefixItems":[{"type":"string","minLength":1}],"items":{"type":"string"}},"cwd":{"type":["string","null"],"pattern":"^/"},"env":{"anyOf":[{"$ref":"#/components/schemas/Names"},{"type":"null"}]},"slots":{"type":["integer","null"],"minimum":1,"maximum":10000}}},
            "Pool":{"type":"object","additionalProperties":false,"minProperties":1,"properties":{"min":{"type":"integer","minimum":0,"maximum":10000},"max":{"type":"integer","minimum":1,"maximum":10000},"threshold":{"type":"number","minimum":0.001,"maximum":1000000},"idle_timeout":{"$ref":"#/components/schemas/Duration"},"policy":{"enum":["ratio","target-wait"]},"target_wait":{"$ref":"#/components/schemas/Duration"},"profile":{"enum":["light","heavy","burst","steady"]}}}}
            """#
        ),
    ])

    static let text = #"{"type":"string"}"#

    private static func quoted(_ text: String) -> String { JSONText.quoted(text) }
    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { quoted($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
    }
}
