package import Timekeeping

/// Where queued calls and batches are kept; every call is one transaction, and safe among several processes.
package protocol BatchStore: Sendable {
    /// Keeps a call; one whose id is known is left as it is.
    func enqueue(_ call: BatchCall) async throws

    /// The queues that are not empty, each of one provider and model, by the age of their oldest call.
    func queues() async throws -> [BatchQueue]

    /// The oldest calls of a queue.
    func queued(in queue: BatchQueue, limit: Int) async throws -> [QueuedBatchCall]

    /// Keeps a new batch and puts queued calls into it, or, where one of them is no longer queued, does nothing.
    func form(_ batch: Batch, of calls: [BatchCallID]) async throws -> BatchWrite

    /// The batches of these providers that are due, the longest due first.
    func due(at time: Timestamp, of providers: [String]) async throws -> [StoredBatch]

    /// When the next batch of these providers is due.
    func nextDue(of providers: [String]) async throws -> Timestamp?

    func batch(_ id: BatchID) async throws -> StoredBatch?

    /// Replaces a batch that nobody has changed since it was read.
    ///
    /// - Parameter remaining: the outcome of those of its calls that have none.
    func save(_ batch: Batch, over stored: StoredBatch, remaining: BatchOutcome?) async throws -> BatchWrite

    func calls(of batch: BatchID) async throws -> [BatchCall]
    func call(_ id: BatchCallID) async throws -> BatchCall?

    /// Records outcomes of calls of a batch; a call that has one keeps it, and an id that is not of the batch is passed over.
    ///
    /// - Returns: how many were new.
    func record(_ outcomes: [(BatchCallID, BatchOutcome)], of batch: BatchID) async throws -> Int

    /// Takes a call out of the queue; false where it is not in it.
    func cancelQueued(_ id: BatchCallID) async throws -> Bool

    /// Calls that have an outcome nobody has settled, the oldest first.
    func unsettled(limit: Int) async throws -> [BatchCall]
    func markSettled(_ ids: [BatchCallID]) async throws

    /// Forgets calls that were queued before the time and are settled, with the batches that have none left.
    ///
    /// A call that somebody may still ask for, as its money is set aside, is kept.
    func forgetCalls(queuedBefore time: Timestamp) async throws
}

/// Calls that may go into one batch.
package struct BatchQueue: Sendable, Hashable {
    package var provider: String
    package var model: String
    package var count: Int
    /// When its oldest call was queued.
    package var since: Timestamp

    package init(provider: String, model: String, count: Int, since: Timestamp) {
        self.provider = provider
        self.model = model
        self.count = count
        self.since = since
    }
}

/// A call that waits, without its request.
package struct QueuedBatchCall: Sendable, Hashable {
    package var id: BatchCallID
    /// About those of its body.
    package var bytes: Int

    package init(id: BatchCallID, bytes: Int) {
        self.id = id
        self.bytes = bytes
    }
}

/// A batch as it was read, with the number of its last change.
package struct StoredBatch: Sendable, Hashable {
    package var batch: Batch
    package var revision: Int

    package init(batch: Batch, revision: Int) {
        self.batch = batch
        self.revision = revision
    }
}

/// Whether a write was done, or somebody else was faster.
package enum BatchWrite: Sendable, Hashable {
    case done(revision: Int)
    case outrun
}
