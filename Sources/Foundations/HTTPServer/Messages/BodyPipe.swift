import Synchronization

/// The bytes of a request's body on their way from a connection to the handler that reads them.
///
/// One side pushes, one reader at a time takes. More than ``highWaterMark`` bytes that nobody took ask the sender to
/// wait; below ``lowWaterMark`` it is told to go on.
final class BodyPipe: Sendable {
    static let highWaterMark = 256 * 1024
    static let lowWaterMark = 128 * 1024

    /// What the reader does to the sender.
    enum Signal: Sendable {
        /// Somebody reads for the first time.
        case wanted
        /// There is room again.
        case resume
    }

    private struct State {
        var chunks: [[UInt8]] = []
        var start = 0
        var size = 0
        var isStalled = false
        var wasRead = false
        var isFinished = false
        var failure: (any Error)?
        var reader: CheckedContinuation<[UInt8]?, any Error>?
    }

    private let state = Mutex(State())
    private let signal: @Sendable (Signal) -> Void

    init(_ signal: @escaping @Sendable (Signal) -> Void) {
        self.signal = signal
    }

    /// Takes the next bytes; true asks the sender to wait for the signal to resume.
    func push(_ chunk: [UInt8]) -> Bool {
        let (reader, mustWait) = state.withLock { state -> (CheckedContinuation<[UInt8]?, any Error>?, Bool) in
            guard !state.isFinished, state.failure == nil else { return (nil, false) }
            if let reader = state.reader {
                state.reader = nil
                return (reader, false)
            }
            state.chunks.append(chunk)
            state.size += chunk.count
            // Once it waits it does so until it is told, also if there is room by now.
            if state.size > Self.highWaterMark { state.isStalled = true }
            return (nil, state.isStalled)
        }
        reader?.resume(returning: chunk)
        return mustWait
    }

    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// Ends the body with an error, behind what was pushed already; without effect once it is finished.
    func fail(_ error: any Error) {
        let reader = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
            guard !state.isFinished, state.failure == nil else { return nil }
            state.failure = error
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(throwing: error)
    }

    /// The next bytes, nil at the end.
    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { take($0) }
        } onCancel: {
            fail(CancellationError())
        }
    }

    private func take(_ continuation: CheckedContinuation<[UInt8]?, any Error>) {
        var result: Result<[UInt8]?, any Error>?
        var signals: [Signal] = []
        state.withLock { state in
            if !state.wasRead {
                state.wasRead = true
                signals.append(.wanted)
            }
            if state.start < state.chunks.count {
                let chunk = state.chunks[state.start]
                state.chunks[state.start] = []
                state.start += 1
                state.size -= chunk.count
                if state.start == state.chunks.count {
                    state.chunks.removeAll(keepingCapacity: true)
                    state.start = 0
                }
                if state.isStalled, state.size <= Self.lowWaterMark {
                    state.isStalled = false
                    signals.append(.resume)
                }
                result = .success(chunk)
            } else if let failure = state.failure {
                result = .failure(failure)
            } else if state.isFinished {
                result = .success(nil)
            } else {
                precondition(state.reader == nil, "a request's body has two readers at once")
                state.reader = continuation
            }
        }
        for each in signals { signal(each) }
        if let result { continuation.resume(with: result) }
    }
}
