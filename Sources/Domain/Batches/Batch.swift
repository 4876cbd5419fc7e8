package import Conversation
package import Identity
package import Timekeeping

/// The kind of ``BatchID``.
package enum BatchKind {}
/// The kind of ``BatchCallID``.
package enum BatchCallKind {}

package typealias BatchID = ID<BatchKind>
package typealias BatchCallID = ID<BatchCallKind>

/// A batch of ours and how far it is; its rules are in `Batch+Rules.swift`.
package struct Batch: Sendable, Hashable, Codable {
    package let id: BatchID
    package let provider: String
    package let model: String
    package let calls: Int
    package let createdAt: Timestamp
    package internal(set) var phase: Phase
    /// When something is to be done next; nil once it has ended.
    package internal(set) var due: Timestamp?
    /// Tries of the present kind without success: sends, look-ups or polls.
    package internal(set) var tries: Int
    /// When it was last sent.
    package internal(set) var sentAt: Timestamp?
    /// When its sender gave up without an answer.
    package internal(set) var givenUpAt: Timestamp?
    package internal(set) var cancellation: Cancellation

    /// A batch that is to be sent at once.
    package init(id: BatchID, provider: String, model: String, calls: Int, at time: Timestamp) {
        self.id = id
        self.provider = provider
        self.model = model
        self.calls = calls
        createdAt = time
        phase = .waiting
        due = time
        tries = 0
        cancellation = .none
    }

    package enum Phase: Sendable, Hashable, Codable {
        /// To be sent.
        case waiting
        /// Being sent: written before. Past its due time nobody is sending any more, and whether it arrived is not known.
        case sending
        /// Being looked for at the provider, as the answer to its sending never came.
        case unsure
        case running(BatchHandle)
        /// The provider has ended it; its results are being read.
        case collecting(BatchHandle)
        case ended(Ending)
    }

    package enum Ending: Sendable, Hashable, Codable {
        case collected
        case failed(code: ModelError.Code, message: String)
        case cancelled
        case unknown(String)
    }

    package enum Cancellation: Sendable, Hashable, Codable {
        case none, asked
        /// The provider was told.
        case told
    }

    package var handle: BatchHandle? {
        switch phase {
        case .running(let handle), .collecting(let handle): handle
        case .waiting, .sending, .unsure, .ended: nil
        }
    }

    package var ending: Ending? { if case .ended(let ending) = phase { ending } else { nil } }

    /// What people call the provider: its account's name without what tells accounts apart.
    package var providerName: String { String(provider.prefix { $0 != "@" }) }

    /// The name that the provider keeps with it.
    package var marker: String { id.string }
}

/// A call that waits for a batch, is in one, or has its outcome.
package struct BatchCall: Sendable, Hashable, Codable {
    /// The custom id at the provider too.
    package let id: BatchCallID
    package let provider: String
    /// Whose call it is, in words of the caller, such as a job's or a session's id.
    package let owner: String
    package let request: ModelRequest
    package let queuedAt: Timestamp
    package var state: State

    package init(
        id: BatchCallID, provider: String, owner: String, request: ModelRequest, queuedAt: Timestamp,
        state: State = .queued
    ) {
        self.id = id
        self.provider = provider
        self.owner = owner
        self.request = request
        self.queuedAt = queuedAt
        self.state = state
    }

    package enum State: Sendable, Hashable, Codable {
        case queued
        case batched(BatchID)
        case done(BatchOutcome)
    }

    package var outcome: BatchOutcome? { if case .done(let outcome) = state { outcome } else { nil } }
}
