/// Bounds the requests of each client: so many at once, and as many again in the time of the rate.
public struct RateLimiter {
    private let rate: Rate?
    /// What each client has left, and since when.
    private var buckets: [String: (left: Double, at: Duration)] = [:]

    private static let clientsMax = 1000

    /// - Parameter rate: nil: any number.
    public init(_ rate: Rate?) { self.rate = rate }

    /// Counts one request of `client`; nil is one that has no bound.
    public mutating func take(_ client: String?, at now: Duration) throws(HTTPProblem) {
        guard let rate, let client else { return }
        let most = Double(rate.count)
        let perSecond = most / (Double(rate.period.components.seconds))
        func refilled(_ bucket: (left: Double, at: Duration)) -> Double {
            let passed = now - bucket.at
            return min(
                most,
                bucket.left + perSecond
                    * (Double(passed.components.seconds)
                        + Double(passed.components.attoseconds) / 1e18))
        }
        // A full bucket is as good as none.
        if buckets.count >= Self.clientsMax { buckets = buckets.filter { refilled($0.value) < most } }
        let left = buckets[client].map(refilled) ?? most
        guard left >= 1, buckets[client] != nil || buckets.count < Self.clientsMax else {
            let wait = Int(((1 - left) / perSecond).rounded(.up))
            throw HTTPProblem(
                .tooManyRequests, "more than \(rate.text) requests", headers: [.init("Retry-After", "\(max(wait, 1))")])
        }
        buckets[client] = (left - 1, now)
    }
}
