import Glibc
import KoubouCore
import Testing

/// Texts as they were looked at. `KOUBOU_UPDATE_GOLDEN=1` writes them anew, for `git diff`.
enum Golden {
    static func compare(_ text: String, with name: String, at location: SourceLocation = #_sourceLocation) throws {
        let path = SourceTree.path("Tests/EndToEndTests/Golden/\(name).txt")
        if getenv("KOUBOU_UPDATE_GOLDEN") != nil { try writeFile(path, Array((text + "\n").utf8)) }
        let exists = access(path, F_OK) == 0
        #expect(exists, "\(path) is missing: run with KOUBOU_UPDATE_GOLDEN=1", sourceLocation: location)
        let known = exists ? String(decoding: try readFile(path), as: UTF8.self) : ""
        #expect(text + "\n" == known, "\(name)", sourceLocation: location)
    }
}
