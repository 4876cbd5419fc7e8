package import Batches
import Conversation
package import Gateway
package import Identity
package import JSON
package import Keys
import Money
package import ServedCalls
package import Timekeeping
import WireFormats

/// Batches that clients hand over: kept, worked off in the background, and given back.
///
/// An entry goes into a batch of its model's provider where that takes any; all others are asked one by one. A batch
/// survives the server; no entry is ever asked twice.
package struct ServedBatchService: Sendable {
    /// What a client may hand over, and how long it is kept.
    package struct Rules: Sendable, Hashable {
        package var entries: Int
        /// Of one key, in all its batches.
        package var waiting: Int
        package var keep: Duration
        /// How often whoever works looks for more.
        package var look: Duration

        package init(
            entries: Int = 10_000, waiting: Int = 100_000, keep: Duration = .seconds(29 * 86_400),
            look: Duration = .seconds(1)
        ) {
            self.entries = entries
            self.waiting = waiting
            self.keep = keep
            self.look = look
        }
    }

    let serving: ServingService
    let store: any ServedBatchStore & BatchStore
    let keys: KeyTable
    let upstream: BatchService
    /// The accounts that take batches, by the names of their providers.
    let accounts: [String: String]
    let rules: Rules
    let clock: WallClock
    let ids: IdentifierSource

    package init(
        serving: ServingService, store: any ServedBatchStore & BatchStore, keys: KeyTable, upstream: BatchService,
        accounts: [String: String], rules: Rules, clock: WallClock, ids: IdentifierSource
    ) {
        self.serving = serving
        self.store = store
        self.keys = keys
        self.upstream = upstream
        self.accounts = accounts
        self.rules = rules
        self.clock = clock
        self.ids = ids
    }

    /// As its API lists it.
    package typealias Found = (batch: ServedBatch, counts: ServedBatch.Counts)

    /// How long a batch has until what has not begun expires.
    private static let window = Duration.seconds(86_400)
    /// What one key may keep, so that it cannot fill the disk that all of them need.
    private static let mostFiles = 10_000
    private static let mostBytes = 1 << 30

    /// How long what has ended is kept, and files.
    package var keep: Duration { rules.keep }

    // MARK: - Handing over

    /// Keeps a batch in the words of Anthropic's API.
    package func create(messages body: JSONValue, for key: KnownKey) async throws -> Found {
        let entries: [Draft]
        do throws(WireFault) {
            entries = try Draft.anthropic(body, most: rules.entries)
        } catch {
            throw ServedFault(error)
        }
        return try await create(entries, .anthropic, endpoint: .messages, for: key) { _ in }
    }

    /// Keeps a batch in the words of OpenAI's API; one whose file is at fault is kept as failed.
    package func create(batch body: JSONValue, for key: KnownKey) async throws -> Found {
        let order: Draft.Order
        do throws(WireFault) {
            order = try Draft.Order(body)
        } catch {
            throw ServedFault(error)
        }
        guard let content = try await store.content(ofFile: order.file, of: key.key.id) else {
            throw ServedFault(.notFound, "there is no file '\(order.file)'; upload one first", path: "input_file_id")
        }
        let read = Draft.openAI(content, order.endpoint, most: rules.entries)
        return try await create(read.entries, .openai, endpoint: order.endpoint, for: key) { batch in
            batch.inputFile = order.file
            batch.metadata = order.metadata
            batch.faults = read.faults
            if read.faults.isEmpty {
                batch.outputFile = name("file-")
                batch.errorFile = name("file-")
            } else {
                batch.endedAt = batch.createdAt
            }
        }
    }

    private func create(
        _ drafts: [Draft], _ api: ServedBatch.API, endpoint: BatchEndpoint, for key: KnownKey,
        _ complete: (inout ServedBatch) -> Void
    ) async throws -> Found {
        // A batch is one request of the key's rate, however much is in it.
        let ticket = try await serving.admit(key, CallEstimate(model: "", tokens: 0, cost: .zero))
        defer { serving.ledger.release(ticket) }
        let now = clock.now()
        var batch = ServedBatch(
            id: name(api == .anthropic ? "msgbatch_" : "batch_"), key: key.key.id, api: api,
            endpoint: endpoint.rawValue, entries: drafts.count, createdAt: now, expiresAt: now + Self.window)
        complete(&batch)
        let (kept, id) = (batch, batch.id)
        let entries = (kept.faults.isEmpty ? drafts : []).enumerated().map { index, draft in
            ServedBatchEntry(batch: id, number: index + 1, customID: draft.customID, request: draft.body.text())
        }
        guard try await store.create(kept, entries, mostWaiting: rules.waiting) else {
            throw ServedFault(
                .rateLimited,
                "the key would have more than \(rules.waiting) entries of batches waiting; hand this over when others have ended",
                code: "batch_limit_exceeded", retryAfter: .seconds(60))
        }
        return (kept, ServedBatch.Counts([.waiting: entries.count]))
    }

    private func name(_ prefix: String) -> String { prefix + ids.nextUUID().description.replacing("-", with: "") }

    // MARK: - Looking

    package func find(_ id: String, _ api: ServedBatch.API, for key: KnownKey) async throws -> Found {
        guard let found = try await store.served(id, of: key.key.id), found.batch.api == api else {
            throw ServedFault(.notFound, "there is no batch '\(id)'")
        }
        return found
    }

    /// The newest first, and whether there are more.
    package func list(
        _ api: ServedBatch.API, after: String?, before: String? = nil, limit: Int, for key: KnownKey
    ) async throws -> (found: [Found], hasMore: Bool) {
        let found = try await store.served(of: key.key.id, api, after: after, before: before, limit: limit)
        let isBackwards = after == nil && before != nil
        let page = isBackwards ? found.suffix(limit) : found.prefix(limit)
        return (Array(page), found.count > limit)
    }

    /// Entries that have ended in one of these ways, a page at a time.
    package func results(
        of batch: ServedBatch, _ states: [ServedBatchEntry.State], after number: Int
    ) async throws -> [ServedBatchEntry] {
        try await store.entries(of: batch.id, in: states, after: number, limit: 100)
    }

    // MARK: - Stopping

    /// Stops a batch: what has not begun ends, and what is in a batch of a provider is taken back as far as that goes.
    package func cancel(_ id: String, _ api: ServedBatch.API, for key: KnownKey) async throws -> Found {
        _ = try await find(id, api, for: key)
        try await store.cancelServed(id, of: key.key.id, at: clock.now())
        let open = Set(try await store.openCalls(of: id).compactMap { BatchCallID($0) })
        for call in open { _ = try await upstream.cancel(call: call) }
        try await upstream.cancelBatches(ofOnly: open)
        return try await find(id, api, for: key)
    }

    package func delete(_ id: String, _ api: ServedBatch.API, for key: KnownKey) async throws {
        let found = try await find(id, api, for: key)
        guard found.batch.endedAt != nil, try await store.deleteServed(id, of: key.key.id) else {
            throw ServedFault(.invalidRequest, "the batch '\(id)' has not ended; cancel it first, and wait for its end")
        }
    }

    // MARK: - Files

    package func add(_ content: [UInt8], named name: String, for key: KnownKey) async throws -> ServedFile {
        let ticket = try await serving.admit(key, CallEstimate(model: "", tokens: 0, cost: .zero))
        defer { serving.ledger.release(ticket) }
        let kept = try await store.files(of: key.key.id, after: nil, limit: Self.mostFiles)
        guard kept.count < Self.mostFiles, kept.reduce(content.count, { $0 + $1.size }) <= Self.mostBytes else {
            throw ServedFault(
                .rateLimited, "the key keeps as many files as it may; delete some first", code: "file_limit_exceeded")
        }
        let file = ServedFile(
            id: self.name("file-"), key: key.key.id, name: name, size: content.count, createdAt: clock.now())
        try await store.add(file, content)
        return file
    }

    package func file(_ id: String, for key: KnownKey) async throws -> ServedFile {
        guard let file = try await store.file(id, of: key.key.id) else {
            throw ServedFault(.notFound, "there is no file '\(id)'")
        }
        return file
    }

    package func files(after: String?, limit: Int, for key: KnownKey) async throws -> [ServedFile] {
        try await store.files(of: key.key.id, after: after, limit: limit)
    }

    /// The bytes of a file that was handed over; nil where it is none of these.
    package func content(_ id: String, for key: KnownKey) async throws -> [UInt8]? {
        try await store.content(ofFile: id, of: key.key.id)
    }

    /// The batch whose answers or failures a file has.
    package func batch(withFile id: String, for key: KnownKey) async throws -> ServedBatch? {
        try await store.served(withFile: id, of: key.key.id)
    }

    package func deleteFile(_ id: String, for key: KnownKey) async throws {
        guard try await store.deleteFile(id, of: key.key.id) else {
            throw ServedFault(.notFound, "there is no file '\(id)'; what a batch gave goes with the batch")
        }
    }
}
