import Testing

@testable import KoubouCore

struct RouteTests {
    private func find(_ method: String, _ path: String) throws -> (Endpoint, [String]) {
        let (route, parameters) = try Route.find(method, try #require(HTTPTarget(path)))
        return (route.endpoint, parameters)
    }

    @Test func pathsLeadToEndpoints() throws {
        #expect(try find("GET", "/task/12/status") == (.taskStatus, ["12"]))
        #expect(try find("GET", "/task/status/12?x=1") == (.taskStatus, ["12"]))
        #expect(try find("HEAD", "/health") == (.health, []))
        #expect(try find("POST", "/task/delegate") == (.delegate, []))
        #expect(try find("PATCH", "/pool") == (.changePool, []))
        #expect(try find("GET", "/") == (.page, []))
        #expect(try find("GET", "/task/12") == (.task, ["12"]))
        #expect(try find("GET", "/logs/tail/%2e%2e%2fx") == (.workerLog, ["../x"]))
    }

    @Test(arguments: ["/tasks/", "//", "//tasks", "/task", "/task/1/2/3", "/TASKS", "/task/../health"])
    func otherPathsAreNotThere(_ path: String) {
        #expect { try find("GET", path) } throws: { ($0 as? HTTPProblem)?.status == .notFound }
    }

    /// What a right stands for: looking changes nothing, and the page alone is for anybody.
    @Test func whatChangesSomethingNeedsMoreThanReading() {
        for route in Route.all {
            #expect((route.right == nil) == (route.endpoint == .page))
            // What is called there has rights of its own.
            if route.endpoint != .mcp { #expect((route.right ?? .read > .read) == (route.method != "GET"), "\(route.path)") }
        }
    }

    @Test func otherMethodsAreToldWhichThereAre() {
        #expect { try find("DELETE", "/pool") } throws: { error in
            let problem = error as? HTTPProblem
            return problem?.status == .methodNotAllowed
                && problem?.headers == [.init("Allow", "GET, HEAD, PATCH, OPTIONS")]
        }
    }
}

struct OpenAPITests {
    @Test func theDescriptionHasEveryRoute() throws {
        let queue = try TestQueue()
        let paths = try #require(try queue.store.value(inJSON: OpenAPI.json, at: "$.paths"))
        for route in Route.all {
            let operation = "$.\"\(route.path)\".\(route.method.lowercased())"
            let problem = try queue.store.value(inJSON: paths, at: operation + ".responses.default.$ref")
            #expect((problem == "#/components/responses/Problem") == (route.endpoint != .mcp))
            #expect(try queue.store.value(inJSON: paths, at: operation + ".summary")?.isEmpty == false)
        }
        let message = #"$."/mcp".post.requestBody.content."application/json".schema.required[0]"#
        #expect(try queue.store.value(inJSON: paths, at: message) == "jsonrpc")
        #expect(try queue.store.value(inJSON: paths, at: #"$."/mcp".get.requestBody"#) == nil)
        for schema in ["Problem", "Standing", "Status", "Task", "NewTask", "Pool"] {
            #expect(try queue.store.value(inJSON: OpenAPI.json, at: "$.components.schemas.\(schema)") != nil)
        }
    }
}

struct ByteRangeTests {
    @Test(arguments: [
        (nil, ByteRange.whole), ("bytes=0-3", .part(0..<4)), ("bytes=4-", .part(4..<10)), ("bytes=-3", .part(7..<10)),
        ("bytes=-30", .part(0..<10)), ("bytes=9-99", .part(9..<10)), ("bytes=10-", .unsatisfiable),
        ("bytes=-0", .unsatisfiable), ("bytes=3-2", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole),
        ("bytes=0-1,3-4", .whole), ("lines=0-1", .whole), ("bytes=99999999999999999999-", .whole),
    ])
    func ranges(_ header: String?, _ range: ByteRange) { #expect(ByteRange(header, size: 10) == range) }

    @Test func nothingHasNoPart() {
        #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", size: 0) == .unsatisfiable)
    }
}
