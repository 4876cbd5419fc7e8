package import JSON
package import Timekeeping

/// A batch that a client of the gateway has handed over.
package struct ServedBatch: Sendable, Hashable, Codable {
    /// As the API's clients know it: `msgbatch_…` or `batch_…`; ids sort by time.
    package var id: String
    package var key: VirtualKeyID
    package var api: API
    /// What its entries are bodies for, such as `/v1/messages`.
    package var endpoint: String
    package var entries: Int
    package var createdAt: Timestamp
    /// Entries that have not begun by then do not begin any more.
    package var expiresAt: Timestamp
    package var endedAt: Timestamp?
    package var cancelledAt: Timestamp?
    package var inputFile: String?
    package var outputFile: String?
    package var errorFile: String?
    package var metadata: JSONValue?
    /// Why nothing of it was begun, a line each; empty for a batch that is well.
    package var faults: [Fault]

    package enum API: String, Sendable, Hashable, Codable { case anthropic, openai }

    /// What is wrong with a line of a file.
    package struct Fault: Sendable, Hashable, Codable {
        /// From 1; nil for the file as a whole.
        package var line: Int?
        package var code: String
        package var message: String
        package var path: String?

        package init(line: Int?, code: String, message: String, path: String? = nil) {
            self.line = line
            self.code = code
            self.message = message
            self.path = path
        }
    }

    package init(
        id: String, key: VirtualKeyID, api: API, endpoint: String, entries: Int, createdAt: Timestamp,
        expiresAt: Timestamp, inputFile: String? = nil, outputFile: String? = nil, errorFile: String? = nil,
        metadata: JSONValue? = nil, faults: [Fault] = []
    ) {
        self.id = id
        self.key = key
        self.api = api
        self.endpoint = endpoint
        self.entries = entries
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.inputFile = inputFile
        self.outputFile = outputFile
        self.errorFile = errorFile
        self.metadata = metadata
        self.faults = faults
    }

    /// How many of its entries are where.
    package struct Counts: Sendable, Hashable {
        package var states: [ServedBatchEntry.State: Int]

        package init(_ states: [ServedBatchEntry.State: Int] = [:]) { self.states = states }

        package subscript(_ state: ServedBatchEntry.State) -> Int { states[state] ?? 0 }
        package var open: Int { self[.waiting] + self[.asked] + self[.batched] }
    }
}

/// One request of a batch.
package struct ServedBatchEntry: Sendable, Hashable {
    package var batch: String
    /// From 1, in the client's order.
    package var number: Int
    package var customID: String
    package var state: State
    /// The call of a batch of ours that it became.
    package var call: String?
    /// The body, as JSON text.
    package var request: String
    /// What the client is answered, as JSON text.
    package var result: String?

    package init(
        batch: String, number: Int, customID: String, state: State = .waiting, call: String? = nil, request: String,
        result: String? = nil
    ) {
        self.batch = batch
        self.number = number
        self.customID = customID
        self.state = state
        self.call = call
        self.request = request
        self.result = result
    }

    package enum State: String, Sendable, Hashable, CaseIterable {
        case waiting
        /// A model is being asked, by the server that sees to batches.
        case asked
        /// It is a call of a batch of its provider.
        case batched
        case succeeded, errored, canceled, expired
    }
}

/// A file that a client has handed over, for a batch.
package struct ServedFile: Sendable, Hashable {
    package var id: String
    package var key: VirtualKeyID
    package var name: String
    package var size: Int
    package var createdAt: Timestamp

    package init(id: String, key: VirtualKeyID, name: String, size: Int, createdAt: Timestamp) {
        self.id = id
        self.key = key
        self.name = name
        self.size = size
        self.createdAt = createdAt
    }
}
