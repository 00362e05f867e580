import Glibc
import KoubouCore

fillStandardDescriptors()
CommandTable.runAndExit(Word.ofProcess)
