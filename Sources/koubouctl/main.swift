import Glibc
import KoubouCore

Umask.tighten()
fillStandardDescriptors()
CommandTable.runAndExit(Word.ofProcess)
