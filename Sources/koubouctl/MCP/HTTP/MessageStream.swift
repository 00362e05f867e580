import KoubouCore

/// What is told about one request, or on the one stream of a session that belongs to none: kept until it was taken, and where a
/// client may come again, for a while longer.
final class MessageStream: MessageSink {
    /// Within its session.
    let number: Int
    /// Events have ids, by which a client that comes again says how far it was.
    let isResumable: Bool
    private let isKeptUnread: Bool
    private var messages: [String] = []
    /// The number of the first of `messages`; they are counted from 1.
    private(set) var first = 1
    private var size = 0
    private var readers = 0
    private var taken = 0
    /// True when nothing more will come.
    private(set) var isComplete = false
    /// What came last, where that is the answer to a request.
    private(set) var answer: String?
    /// Called when there is something new.
    var onNews: () -> Void = {}

    private static let keptMax = 256 << 10

    /// - Parameter isKeptUnread: whether messages are welcome while nobody reads.
    init(_ number: Int, isResumable: Bool, isKeptUnread: Bool) {
        (self.number, self.isResumable, self.isKeptUnread) = (number, isResumable, isKeptUnread)
    }

    var last: Int { first + messages.count - 1 }
    var hasReader: Bool { readers > 0 }
    var isFull: Bool { !hasReader && !isKeptUnread || size >= Self.keptMax && taken < last }

    func send(_ message: String) {
        guard !isComplete else { return }
        keep(message)
        onNews()
    }

    /// Takes the answer, after which nothing comes; nil where there is none.
    func finish(_ answer: String?) {
        guard !isComplete else { return }
        (isComplete, self.answer) = (true, answer)
        if let answer { keep(answer) }
        onNews()
    }

    private func keep(_ message: String) {
        messages.append(message)
        size += message.utf8.count
        forget()
    }

    /// Drops what was taken and is not worth keeping.
    private func forget() {
        while first <= taken, !messages.isEmpty, !isResumable || size > Self.keptMax {
            size -= messages.removeFirst().utf8.count
            first += 1
        }
    }

    /// The message of that number, if it is kept.
    subscript(number: Int) -> String? { number >= first && number <= last ? messages[number - first] : nil }

    func noteTaken(_ number: Int) {
        taken = max(taken, number)
        forget()
    }

    func addReader() { readers += 1 }
    func removeReader() { readers -= 1 }
}
