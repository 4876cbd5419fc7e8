package import Conversation
package import Timekeeping

/// A provider's way to answer many calls later, at a lower price.
///
/// Throws `ModelError`; cancelling the task ends the call and throws `CancellationError`.
package protocol BatchProvider: Sendable {
    /// The provider's name in configuration and ledger, such as `anthropic`.
    var name: String { get }

    /// What one batch may hold.
    var limits: BatchLimits { get }

    /// Hands over calls, all of one model, whose custom ids differ.
    ///
    /// After an error for which `BatchSubmission.mayHaveArrived` is true the batch may exist all the same: `find` tells.
    /// - Parameter marker: a name of ours that the provider keeps with the batch where its API allows that.
    func submit(_ items: [BatchItem], marker: String) async throws -> BatchHandle

    /// Looks for a batch that was handed over without an answer having come.
    func find(_ submission: BatchSubmission) async throws -> BatchLookup

    func status(of handle: BatchHandle) async throws -> BatchStatus

    /// Hands over the results of a batch that has ended, in the provider's order, each once.
    ///
    /// A line that cannot be read is the failure of its call where it names one, and otherwise an error of the whole.
    func results(
        of handle: BatchHandle, to receive: (_ customID: String, _ outcome: BatchOutcome) async throws -> Void
    ) async throws

    /// Asks the provider to stop; calls already answered keep their results, and are paid for.
    func cancel(_ handle: BatchHandle) async throws

    /// Removes what the provider stores of a batch whose results were read.
    func discard(_ handle: BatchHandle) async throws
}

/// One call of a batch.
package struct BatchItem: Sendable, Hashable {
    /// Up to 64 letters, digits, `-` and `_`.
    package var customID: String
    package var request: ModelRequest

    package init(customID: String, request: ModelRequest) {
        self.customID = customID
        self.request = request
    }
}

/// What one batch may hold.
package struct BatchLimits: Sendable, Hashable {
    package var items: Int
    /// Of the bodies of all calls together.
    package var bytes: Int

    package init(items: Int, bytes: Int) {
        self.items = items
        self.bytes = bytes
    }
}

/// A batch as its provider names it.
package struct BatchHandle: Sendable, Hashable, Codable {
    package var id: String
    /// The files of a provider that takes and gives batches as files.
    package var inputFile: String?
    package var outputFile: String?
    package var errorFile: String?

    package init(id: String, inputFile: String? = nil, outputFile: String? = nil, errorFile: String? = nil) {
        self.id = id
        self.inputFile = inputFile
        self.outputFile = outputFile
        self.errorFile = errorFile
    }
}

/// How far a provider is with a batch.
package struct BatchStatus: Sendable, Hashable {
    package var phase: Phase
    /// With the files that are there by now.
    package var handle: BatchHandle
    package var counts: Counts

    package init(phase: Phase, handle: BatchHandle, counts: Counts = Counts()) {
        self.phase = phase
        self.handle = handle
        self.counts = counts
    }

    package enum Phase: Sendable, Hashable {
        case working
        /// There are results, though not for every call where it was cancelled or its time was over.
        case ended
        /// The provider refused the whole of it, in its own sentence.
        case failed(String)
    }

    /// Calls, as far as the provider counts them.
    package struct Counts: Sendable, Hashable {
        package var total: Int
        package var succeeded: Int
        package var failed: Int

        package init(total: Int = 0, succeeded: Int = 0, failed: Int = 0) {
            self.total = total
            self.succeeded = succeeded
            self.failed = failed
        }
    }
}

/// What came of one call of a batch.
package enum BatchOutcome: Sendable, Hashable, Codable {
    case reply(ModelReply)
    case failed(code: ModelError.Code, message: String)
    /// The provider's time for the batch was over before it came to this call; nothing was paid.
    case expired
    case cancelled
    /// Nobody can tell whether the provider has done it.
    case unknown(String)

    package static func failed(_ error: ModelError) -> BatchOutcome {
        .failed(code: error.code, message: error.message)
    }
}

/// A submission whose answer is not known.
package struct BatchSubmission: Sendable, Hashable {
    package var marker: String
    package var customIDs: Set<String>
    /// No earlier batch is meant.
    package var since: Timestamp

    package init(marker: String, customIDs: Set<String>, since: Timestamp) {
        self.marker = marker
        self.customIDs = customIDs
        self.since = since
    }

    /// Whether a submission that failed so may have reached the provider.
    package static func mayHaveArrived(after error: ModelError) -> Bool {
        switch error.code {
        case .network, .timeout, .streamCut, .malformedStream, .providerFault: true
        case .authentication, .rateLimited, .overloaded, .contextTooLong, .refused, .invalidRequest, .unknownModel,
            .outOfCredit, .rehearsal:
            false
        }
    }
}

/// What looking for a batch found.
package enum BatchLookup: Sendable, Hashable {
    case found(BatchHandle)
    case absent
    /// Several may be the one, or it cannot be told yet; the sentence says why.
    case undecided(String)
    /// This service cannot be asked.
    case impossible(String)
}
