package import Conversation
package import Files
import JSON

/// Passes calls on to another provider and keeps each whole answer in a rehearsal file.
package struct RecordingProvider: ModelProvider {
    private let inner: any ModelProvider
    private let file: FilePath

    package init(_ inner: any ModelProvider, to file: FilePath) {
        self.inner = inner
        self.file = file
    }

    package var name: String { inner.name }

    package func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        var assembler = ReplyAssembler()
        try await inner.send(request) { event in
            assembler.receive(event)
            try await receive(event)
        }
        guard let reply = assembler.finish() else { return }
        let line = try JSONCoding.encode(RehearsalReply(purpose: request.purpose, reply: reply)).text() + "\n"
        do throws(FileError) {
            try FileSystem.append(line, to: file)
        } catch {
            throw ModelError(.rehearsal, "the answer was not recorded: \(error.message)")
        }
    }
}
