/// The body of a request, read in chunks as they come; at most 256 KB wait for the reader, then the client has to.
///
///     for try await chunk in request.body { digest.update(chunk) }
///
/// It is read once, by one task. A body that a client announced with `Expect: 100-continue` is asked for when reading
/// begins. Reading throws ``Refusal`` where the client breaks the rules or a limit, and ``Disconnected`` or
/// `CancellationError` where it goes away.
package struct RequestBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    enum Source: Sendable {
        case bytes([UInt8])
        case pipe(BodyPipe, length: Int?)
    }

    let source: Source

    init(_ source: Source) {
        self.source = source
    }

    /// A body that is all here.
    package init(_ bytes: [UInt8] = []) {
        source = .bytes(bytes)
    }

    /// How many bytes come, where the client said so.
    package var length: Int? {
        switch source {
        case .bytes(let bytes): bytes.count
        case .pipe(_, let length): length
        }
    }

    /// Reads all of it.
    ///
    /// - Throws: ``Refusal`` with 413 as soon as it is known to be longer than `limit` bytes, and what reading throws.
    package func collect(upTo limit: Int) async throws -> [UInt8] {
        if let length, length > limit { throw Refusal.tooLarge(limit: limit) }
        switch source {
        case .bytes(let bytes):
            return bytes
        case .pipe(let pipe, let length):
            var all: [UInt8] = []
            while let chunk = try await pipe.next() {
                guard all.count + chunk.count <= limit else { throw Refusal.tooLarge(limit: limit) }
                if all.isEmpty, let length, length > chunk.count { all.reserveCapacity(length) }
                all.append(contentsOf: chunk)
            }
            return all
        }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(source: source) }

    package struct Iterator: AsyncIteratorProtocol {
        private let source: Source
        private var isDone = false

        init(source: Source) { self.source = source }

        package mutating func next() async throws -> [UInt8]? {
            switch source {
            case .bytes(let bytes):
                defer { isDone = true }
                return isDone || bytes.isEmpty ? nil : bytes
            case .pipe(let pipe, _):
                return try await pipe.next()
            }
        }
    }
}
