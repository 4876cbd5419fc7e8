package import Batches
import Money
package import Timekeeping

/// Where batches of clients and their files are kept; every call is one transaction.
///
/// What a client asks for is looked up together with its key, so that none sees another's.
package protocol ServedBatchStore: Sendable {
    /// Keeps a batch and its entries, unless the key would have more entries waiting than it may; says whether it was kept.
    func create(_ batch: ServedBatch, _ entries: [ServedBatchEntry], mostWaiting: Int) async throws -> Bool
    func served(_ id: String, of key: VirtualKeyID) async throws -> (batch: ServedBatch, counts: ServedBatch.Counts)?
    /// The newest first, after or before a batch of the list; one more than the limit where there are more.
    func served(
        of key: VirtualKeyID, _ api: ServedBatch.API, after: String?, before: String?, limit: Int
    ) async throws -> [(batch: ServedBatch, counts: ServedBatch.Counts)]
    /// The batch whose answers or faults are in a file of that id.
    func served(withFile id: String, of key: VirtualKeyID) async throws -> ServedBatch?
    /// Entries in one of the states, in the client's order.
    func entries(
        of batch: String, in states: [ServedBatchEntry.State], after number: Int, limit: Int
    ) async throws -> [ServedBatchEntry]
    /// Marks a batch as cancelled; what has not begun ends.
    func cancelServed(_ id: String, of key: VirtualKeyID, at time: Timestamp) async throws
    /// Removes a batch that has ended; says whether there was one.
    func deleteServed(_ id: String, of key: VirtualKeyID) async throws -> Bool

    // MARK: Working

    /// The entry that is next, with its batch.
    func nextEntry(at time: Timestamp) async throws -> (entry: ServedBatchEntry, batch: ServedBatch)?
    /// Takes an entry that waits, to ask a model; says false where it does not wait any more.
    func claim(_ entry: ServedBatchEntry) async throws -> Bool
    /// Takes an entry that waits, as a call of a batch, and sets its money aside, or does nothing.
    ///
    /// - Returns: The account that cannot bear it, with how it stands; nil where all can.
    func claim(
        _ entry: ServedBatchEntry, as call: BatchCallID, setting aside: BookEntry
    ) async throws -> ClaimOutcome
    /// Puts an entry back that was claimed, until a time.
    func postpone(_ entry: ServedBatchEntry, until time: Timestamp) async throws
    /// Records what came of an entry, once, with the line of the ledger that goes with it.
    func finish(_ entry: ServedBatchEntry, with charge: ServedCharge?) async throws
    /// Entries that a model is being asked about.
    func entriesBeingAsked() async throws -> [ServedBatchEntry]
    /// Entries that are calls of batches: those that were never queued, and those that have an outcome.
    func batchedEntries() async throws -> [(entry: ServedBatchEntry, batch: ServedBatch, call: BatchCall?)]
    /// The calls of batches that a batch's entries have become and that have no outcome.
    func openCalls(of batch: String) async throws -> [String]
    /// Ends entries whose time is over, and batches of which no entry is open.
    func endServed(at time: Timestamp) async throws
    /// Forgets batches that ended before the time, and files that came before it.
    func pruneServed(before time: Timestamp) async throws
    /// Whether a batch is open.
    func hasOpenBatches() async throws -> Bool

    // MARK: Files

    func add(_ file: ServedFile, _ content: [UInt8]) async throws
    func file(_ id: String, of key: VirtualKeyID) async throws -> ServedFile?
    /// The newest first.
    func files(of key: VirtualKeyID, after: String?, limit: Int) async throws -> [ServedFile]
    func content(ofFile id: String, of key: VirtualKeyID) async throws -> [UInt8]?
    func deleteFile(_ id: String, of key: VirtualKeyID) async throws -> Bool
}

/// Whether an entry was taken.
package enum ClaimOutcome: Sendable, Hashable {
    case claimed
    case taken
    case refused(SpendingAccount, AccountReply)
}

/// What an entry has cost, with the money that was set aside for it by ``ServedBatchStore/claim(_:as:setting:)``.
package struct ServedCharge: Sendable, Hashable {
    package var server: GatewayServerID
    package var record: ServedRecord

    package init(server: GatewayServerID, record: ServedRecord) {
        self.server = server
        self.record = record
    }
}
