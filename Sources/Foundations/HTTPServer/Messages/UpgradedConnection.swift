/// A connection that speaks another protocol than HTTP, as bytes both ways with the backpressure of bodies.
package struct UpgradedConnection: Sendable {
    private let input: BodyPipe
    private let output: OutPipe

    init(input: BodyPipe, output: OutPipe) {
        self.input = input
        self.output = output
    }

    /// The next bytes; read by one task at a time.
    ///
    /// - Throws: ``Disconnected`` or `CancellationError` when the client is gone.
    package func read() async throws -> [UInt8] {
        guard let bytes = try await input.next() else { throw Disconnected() }
        return bytes
    }

    /// Hands over bytes, and waits while more than 64 KB have not been sent; see ``BodyWriter/write(_:)-([UInt8])``.
    package func write(_ bytes: [UInt8]) async throws {
        try await output.write(bytes)
    }
}
