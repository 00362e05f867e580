import Glibc
import KoubouCore

Umask.tighten()
fillStandardDescriptors()
SignalSet.blockHandled()
InheritedChildren.note()
do {
    try SupervisorCommand.run(Word.ofProcess)
} catch {
    exit(reporting: error, program: "kouboud")
}
