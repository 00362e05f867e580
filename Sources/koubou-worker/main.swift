import CLinux
import Glibc
import KoubouCore

Umask.tighten()
fillStandardDescriptors()
SignalSet.blockHandled()
InheritedChildren.note()
keepFreeMemory(1 << 20)
_ = koubou_name_process("koubou-worker")  // else it is called by the number of a descriptor, see WorkerProgram
do {
    try WorkerCommand.run(Word.ofProcess)
} catch {
    exit(reporting: error, program: "koubou-worker")
}
