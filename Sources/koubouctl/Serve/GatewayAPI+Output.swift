import Glibc
import KoubouCore

/// What a task wrote.
extension GatewayAPI {
    func output(of id: TaskID, _ request: HTTPRequest) throws -> Answer {
        let query = request.target
        guard let stream = OutputStream(rawValue: query["stream"] ?? "stdout") else {
            throw HTTPProblem(.badRequest, "stream is neither stdout nor stderr", field: "stream")
        }
        guard let status = try store.progress(of: id)?.status else { throw StoreError.noSuchTask([id]) }
        let response = HTTPResponse(
            .ok, contentType: "text/plain; charset=utf-8", headers: [.init("Accept-Ranges", "bytes")])
        guard let follow = ["0": false, "false": false, "1": true, "true": true][query["follow"] ?? "0"] else {
            throw HTTPProblem(.badRequest, "follow is neither 0 nor 1", field: "follow")
        }
        if follow {
            return .stream(response, length: nil, OutputFollow(id, stream, in: store))
        }
        let path = stream.file(of: id, in: store.home)
        let output: AttemptEnd.Output
        if status == .inProgress {
            output = fileStatus(path) == nil ? .none : .file(path)
        } else {
            output = try store.output(of: id).map(stream.of) ?? .none
        }
        if status.isEnded { try store.sync() }
        let body = try OutputBody(output)
        // Only GET knows parts, and we give nothing by which a client could tell that its own are still good.
        let knowsParts = request.method == "GET" && !request.headers.has("if-range")
        switch ByteRange(knowsParts ? request.headers["range"] : nil, size: body.size) {
        case .whole: return .stream(response, length: body.size, body.part(0..<body.size))
        case .part(let range):
            var partial = response
            partial.status = .partialContent
            partial.headers.append(
                .init("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(body.size)"))
            return .stream(partial, length: range.count, body.part(range))
        case .unsatisfiable:
            throw HTTPProblem(
                .rangeNotSatisfiable, "there are \(body.size) bytes", field: "Range",
                headers: [.init("Content-Range", "bytes */\(body.size)")])
        }
    }
}

/// Which of a task's outputs is meant.
enum OutputStream: String {
    case stdout, stderr

    func file(of task: TaskID, in home: Home) -> String {
        switch self {
        case .stdout: home.stdoutFile(of: task)
        case .stderr: home.stderrFile(of: task)
        }
    }

    func of(_ output: (stdout: AttemptEnd.Output, stderr: AttemptEnd.Output)) -> AttemptEnd.Output {
        switch self {
        case .stdout: output.stdout
        case .stderr: output.stderr
        }
    }
}
