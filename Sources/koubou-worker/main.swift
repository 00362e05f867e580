import Glibc
import KoubouCore

fillStandardDescriptors()
SignalSet.blockHandled()
do {
    try WorkerCommand.run(Word.ofProcess)
} catch {
    exit(reporting: error, program: "koubou-worker")
}
