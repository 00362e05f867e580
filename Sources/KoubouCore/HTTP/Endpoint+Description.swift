/// What the description of the gateway tells of each endpoint; schemas are JSON.
extension Endpoint {
    var summary: String {
        switch self {
        case .health: "Whether tasks can be handed in and are done"
        case .delegate: "Hand in a task"
        case .task: "A task with its prompt and its attempts"
        case .taskStatus: "A task, and its result"
        case .tasks: "Tasks, the newest first"
        case .activeTasks: "Tasks that run"
        case .pendingTasks: "Tasks that may run, in their order"
        case .completedTasks: "Tasks that have completed, the last first"
        case .output: "What a task wrote"
        case .cancel: "End a task, whether it waits or runs"
        case .retry: "Put a failed or cancelled task back into the queue"
        case .priority: "Change the priority of a task that waits"
        case .stats: "Tasks, workers, times and decisions of the pool"
        case .workers: "The workers and what they do"
        case .recentLog: "The last lines of the supervisor's log"
        case .workerLog: "The last lines of a worker's log"
        case .pool: "The limits of the pool"
        case .changePool: "Change the limits of the pool"
        case .pause: "Start no more tasks, or none of a type"
        case .resume: "End a pause: of a type, or every one"
        case .history: "Depth, active workers and throughput of the last hour or day"
        case .socket: "Changes of tasks, workers and the pool as they happen, as a WebSocket"
        case .events: "Changes of tasks as they happen, as Server-Sent Events"
        case .metrics: "Measurements for Prometheus"
        case .description: "This description"
        case .mcp: "The Model Context Protocol"
        case .page: "A page for people"
        }
    }

    /// A parameter of the query.
    public struct Parameter: Sendable {
        public let name: String
        /// It may be given more than once.
        public let isList: Bool
        let schema: String

        init(name: String, schema: String, isList: Bool = false) {
            (self.name, self.schema, self.isList) = (name, schema, isList)
        }
    }

    public var query: [Parameter] {
        let limit = Parameter(name: "limit", schema: #"{"type":"integer","minimum":1,"maximum":1000,"default":100}"#)
        let filter = [
            Parameter(name: "status", schema: ##"{"$ref":"#/components/schemas/Status"}"##, isList: true),
            Parameter(name: "type", schema: OpenAPI.text),
            Parameter(name: "tag", schema: OpenAPI.text),
        ]
        return switch self {
        case .tasks:
            [
                limit,
                Parameter(name: "cursor", schema: #"{"type":"integer","minimum":1,"maximum":9223372036854775807}"#),
            ] + filter + [Parameter(name: "search", schema: OpenAPI.text)]
        case .activeTasks, .pendingTasks, .completedTasks: [limit]
        case .output:
            [
                Parameter(name: "stream", schema: #"{"enum":["stdout","stderr"],"default":"stdout"}"#),
                Parameter(name: "follow", schema: #"{"enum":["0","1","false","true"],"default":"0"}"#),
            ]
        case .history: [Parameter(name: "span", schema: #"{"enum":["hour","day"],"default":"hour"}"#)]
        case .recentLog, .workerLog: [Parameter(name: "lines", schema: limit.schema)]
        case .events:
            [
                Parameter(name: "since", schema: #"{"type":"integer","minimum":0}"#),
                Parameter(name: "task", schema: OpenAPI.text, isList: true),
            ] + filter
        case .health, .delegate, .task, .taskStatus, .cancel, .retry, .priority, .stats, .workers, .pool, .changePool,
            .pause, .resume, .socket, .metrics, .description, .page, .mcp:
            []
        }
    }

    /// The schema of the body that a request must have; nil: none.
    var body: String? {
        switch self {
        case .delegate: ##"{"$ref":"#/components/schemas/NewTask"}"##
        case .priority:
            #"{"type":"object","additionalProperties":false,"required":["priority"],"properties":{"priority":{"type":"integer","minimum":1,"maximum":10}}}"#
        case .changePool: ##"{"$ref":"#/components/schemas/Pool"}"##
        case .pause, .resume:
            #"{"type":"object","additionalProperties":false,"properties":{"type":{"type":["string","null"]}}}"#
        case .mcp:
            #"{"type":"object","required":["jsonrpc"],"properties":{"jsonrpc":{"const":"2.0"},"id":{"type":["string","integer"]},"method":{"type":"string"},"params":{"type":"object"}}}"#
        default: nil
        }
    }

    /// False where nothing at all may be sent instead of an empty object.
    var needsBody: Bool { self != .pause && self != .resume }

    /// The type and the schema of the answer.
    var answer: (type: String, schema: String) {
        let json = "application/json"
        return switch self {
        case .delegate, .cancel, .retry, .priority: (json, ##"{"$ref":"#/components/schemas/Standing"}"##)
        case .task, .taskStatus: (json, ##"{"$ref":"#/components/schemas/Task"}"##)
        case .activeTasks, .pendingTasks, .completedTasks:
            (json, ##"{"type":"array","items":{"$ref":"#/components/schemas/Task"}}"##)
        case .tasks:
            (
                json,
                ##"{"type":"object","required":["tasks","next"],"properties":{"tasks":{"type":"array","items":{"$ref":"#/components/schemas/Task"}},"next":{"type":["string","null"]}}}"##
            )
        case .output, .metrics: ("text/plain", OpenAPI.text)
        case .events: ("text/event-stream", OpenAPI.text)
        case .page: ("text/html", OpenAPI.text)
        case .socket: (json, OpenAPI.text)
        case .health, .stats, .workers, .recentLog, .workerLog, .pool, .changePool, .pause, .resume, .history,
            .description, .mcp:
            (json, #"{"type":"object"}"#)
        }
    }
}
