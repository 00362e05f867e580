import Glibc
import KoubouCore

Umask.tighten()
fillStandardDescriptors()
SignalSet.blockHandled()
InheritedChildren.note()
keepFreeMemory(1 << 20)
do {
    try WorkerCommand.run(Word.ofProcess)
} catch {
    exit(reporting: error, program: "koubou-worker")
}
