package import Conversation
package import Files
package import JSON

/// What warming came to.
package struct CacheWarming: Sendable, Hashable {
    /// Answers that are kept.
    package var kept = 0
    /// Lines whose answers the policy does not keep, such as those of requests above the temperature's bound.
    package var passedOver = 0
    /// Lines that could not be read, as `FILE:LINE: what is wrong`, in their order.
    package var faults: [String] = []

    package init(kept: Int = 0, passedOver: Int = 0, faults: [String] = []) {
        self.kept = kept
        self.passedOver = passedOver
        self.faults = faults
    }
}

extension ResponseCache {
    /// Lines that are written together, so that few answers wait in memory.
    private static let warmingGroup = 500

    /// Keeps the answers of a file of JSON lines, see ``WarmingLine``, in place of what was kept; blank lines are none.
    ///
    /// A line with a fault is reported and the others count. Throws a `CacheError` where the file cannot be read, and
    /// `CancellationError`; what was kept until then stays.
    ///
    /// - Parameter read: what reads requests of another form.
    package func warm(
        from file: FilePath, scope: CacheScope, reading read: (JSONValue) throws -> ModelRequest? = { _ in nil }
    ) async throws -> CacheWarming {
        let text: String
        do throws(FileError) {
            text = try FileSystem.readText(file, limit: 1 << 30)
        } catch {
            throw CacheError(.warming, "the cache cannot be warmed: \(error.message)")
        }
        var warming = CacheWarming()
        for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        where line.contains(where: { $0 > UInt8(ascii: " ") }) {
            try Task.checkCancellation()
            do {
                let parsed = try WarmingLine(Substring(line), kinds: policy.kinds, reading: read)
                if try await warm(parsed, scope) { warming.kept += 1 } else { warming.passedOver += 1 }
            } catch let error as CancellationError {
                throw error
            } catch {
                warming.faults.append("\(file.string):\(index + 1): \(error)")
            }
            if warming.kept % Self.warmingGroup == Self.warmingGroup - 1 { await flush() }
        }
        await flush()
        return warming
    }

    private func warm(_ line: WarmingLine, _ scope: CacheScope) async throws -> Bool {
        let question = CacheQuestion(
            line.request, target: line.target, kind: line.kind, scope: scope, wish: .fresh)
        guard case .miss(let ticket) = try await look(up: question), policy.takes(line.reply) else { return false }
        ticket.keep(line.reply, cost: line.cost)
        return true
    }
}
