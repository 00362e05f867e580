import Glibc
import KoubouCore

do {
    switch Array(CommandLine.arguments.dropFirst()) {
    case let words where words.count == 2 && words[0] == "report": try Report(folder: words[1]).write()
    case let words where words.count == 2 && words[0] == "real": try Rehearsal(programs: words[1]).run()
    case let words where words.count == 2 && words[0] == "costs": try Rehearsal(programs: words[1]).showCosts()
    default:
        writeAll("usage: koubou-simulate report FOLDER | real PROGRAMS | costs PROGRAMS\n", to: STDERR_FILENO)
        exit(64)
    }
} catch { exit(reporting: error, program: "koubou-simulate") }
