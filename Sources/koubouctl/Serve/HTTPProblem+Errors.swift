import KoubouCore

extension HTTPProblem {
    /// What a client is told of an error of the queue.
    init(of error: any Error) {
        switch error {
        case let problem as HTTPProblem: self = problem
        case let problem as TaskJSONReader.Problem:
            self.init(
                problem.isOfThisQueue ? .unprocessable : .badRequest, "\(problem.what): \(problem.remedy)",
                field: problem.field)
        case let error as ConfigurationError: self.init(error.status, error.line, field: error.field)
        case StoreError.noSuchTask(let ids):
            self.init(.notFound, StoreError.noSuchTask(ids).line, error: "Task not found")
        case let error as StoreError: self.init(error.status, error.line)
        default: self.init(.internalError, (error as? any UserFacingError)?.line ?? "\(error)")
        }
    }
}

extension StoreError {
    fileprivate var status: HTTPStatus {
        switch self {
        case .notEnded, .notRetriable, .notWaiting, .keyTaken, .dependencyPruned: .conflict
        case .noSuchTask, .noSuchRecurring: .notFound
        case _ where isFull: .insufficientStorage
        case _ where exitCode == .temporaryFailure: .unavailable
        default: .internalError
        }
    }
}

extension ConfigurationError {
    /// What may be written, but does not fit what is set otherwise.
    fileprivate var status: HTTPStatus {
        switch self {
        case .unknownType, .minAboveMax: .unprocessable
        default: .badRequest
        }
    }

    fileprivate var field: String? {
        switch self {
        case .unknownType: "type"
        case .notAllowed(let key, _, _, _): key
        case .minAboveMax: "min"
        default: nil
        }
    }
}
