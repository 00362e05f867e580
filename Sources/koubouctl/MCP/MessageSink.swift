/// Where messages to a client go.
protocol MessageSink: AnyObject {
    /// True while the client takes too little of what waits for it: what can be told later, is.
    var isFull: Bool { get }
    func send(_ message: String)
}
