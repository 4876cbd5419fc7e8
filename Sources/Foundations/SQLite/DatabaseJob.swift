import Synchronization

/// Work for a connection that a task waits for.
protocol DatabaseJob: AnyObject, Sendable {
    var kind: JobKind { get }
    /// Whether the waiting task was cancelled; a read looks at it while it runs.
    var isCancelled: Bool { get }
    /// Takes the job out of the reach of cancellation; false where it was cancelled before.
    func start() -> Bool
    /// Runs the body and keeps its value; may be called again where the transaction around it was lost.
    func run(_ connection: Connection) throws
    /// Hands the kept value, or the failure, to the waiting task.
    func finish(_ failure: (any Error)?)
}

/// What a job needs around it.
enum JobKind {
    /// A write transaction, which it may share with others.
    case write
    /// A read transaction.
    case read
    /// Nothing: the connection outside any transaction.
    case bare
}

/// A job and the value of its body.
final class Job<Value: Sendable>: DatabaseJob {
    private enum Phase {
        case new
        case queued(CheckedContinuation<Value, any Error>)
        case started(CheckedContinuation<Value, any Error>)
        case over
    }

    let kind: JobKind
    private let body: @Sendable (Connection) throws -> Value
    private let phase = Mutex(Phase.new)
    private let value = Mutex<Value?>(nil)
    private let cancelled = Atomic(false)

    init(_ kind: JobKind, _ body: @escaping @Sendable (Connection) throws -> Value) {
        self.kind = kind
        self.body = body
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Sends the job off and waits for its value; a cancelled task stops waiting only for a job that has not started.
    func value(sendingBy send: (Job) -> SQLiteError?) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isQueued = phase.withLock { phase in
                    guard case .new = phase else { return false }
                    phase = .queued(continuation)
                    return true
                }
                if !isQueued {
                    continuation.resume(throwing: CancellationError())
                } else if let refusal = send(self), start() {
                    finish(refusal)
                }
            }
        } onCancel: {
            cancel()
        }
    }

    private func cancel() {
        cancelled.store(true, ordering: .relaxed)
        let waiting: CheckedContinuation<Value, any Error>? = phase.withLock { phase in
            switch phase {
            case .new:
                phase = .over
                return nil
            case .queued(let continuation):
                phase = .over
                return continuation
            case .started, .over:
                return nil
            }
        }
        waiting?.resume(throwing: CancellationError())
    }

    func start() -> Bool {
        phase.withLock { phase in
            guard case .queued(let continuation) = phase else { return false }
            phase = .started(continuation)
            return true
        }
    }

    func run(_ connection: Connection) throws {
        let result = try body(connection)
        value.withLock { $0 = result }
    }

    func finish(_ failure: (any Error)?) {
        let waiting: CheckedContinuation<Value, any Error>? = phase.withLock { phase in
            guard case .started(let continuation) = phase else { return nil }
            phase = .over
            return continuation
        }
        let result = value.withLock { $0 }
        if let failure {
            waiting?.resume(throwing: failure)
        } else if let result {
            waiting?.resume(returning: result)
        } else {
            waiting?.resume(throwing: SQLiteError(.misuse, "A job of the database was finished without being run."))
        }
    }
}
