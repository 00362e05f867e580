import Testing

@testable import KoubouCore

struct HTTPResponseTests {
    @Test func aHeadIsWritten() {
        let response = HTTPResponse.problem(HTTPProblem(.notFound, "no \"task\"", field: "id", error: "Task not found"))
        let head = String(
            decoding: response.head(.length(response.body.count), keepsConnection: true, date: HTTPDate.text(Timestamp("1994-11-06 08:49:37")!)),
            as: UTF8.self)
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.first == "HTTP/1.1 404 Not Found")
        #expect(lines.contains("Date: Sun, 06 Nov 1994 08:49:37 GMT"))
        #expect(lines.contains("Content-Length: \(response.body.count)"))
        #expect(lines.contains("Content-Type: application/problem+json"))
        #expect(lines.contains("Connection: keep-alive"))
        #expect(lines.suffix(2) == ["", ""])
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"type":"about:blank","title":"Not Found","status":404,"detail":"no \"task\"","field":"id","error":"Task not found"}"#
        )
    }

    @Test func theEndOfABodyIsTold() {
        func head(_ end: HTTPResponse.End) -> String {
            String(decoding: HTTPResponse(.ok, contentType: nil).head(end, keepsConnection: true, date: ""), as: UTF8.self)
        }
        #expect(head(.chunked).contains("Transfer-Encoding: chunked\r\nConnection: keep-alive"))
        #expect(!head(.close).contains("Content-Length") && head(.close).contains("Connection: close"))
        #expect(HTTPResponse.chunk(Array(repeating: 97, count: 17)).starts(with: Array("11\r\na".utf8)))
    }
}
