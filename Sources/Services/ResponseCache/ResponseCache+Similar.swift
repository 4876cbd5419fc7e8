import Conversation
import Crypto
import Synchronization
import Timekeeping

extension ResponseCache {
    /// The place of the question's text, or nil where it is not to be compared with others.
    ///
    /// Throws only `CancellationError`: an embedder that fails or takes too long makes a miss.
    func vector(of question: CacheQuestion) async throws -> StoredVector? {
        guard policy.isSemantic, let embedder, let text = question.request.messages.last?.text,
            text.utf8.count <= embedder.longestText, text.contains(where: { !$0.isWhitespace })
        else { return nil }
        do {
            guard
                let context = try RequestFingerprint.context(
                    of: question, sharing: policy.sharing, embedder: embedder.name)
            else { return nil }
            if let unit = UnitVector(try await Self.patiently(embedder, text)) {
                return StoredVector(context: context, unit: unit)
            }
        } catch {
            try Task.checkCancellation()
            state.withLock { $0.lastFault = "\(embedder.name) gave no vector: \(error)" }
        }
        count(.notEmbedded, question.kind)
        return nil
    }

    private static func patiently(_ embedder: TextEmbedder, _ text: String) async throws -> [Float] {
        try await withThrowingTaskGroup(of: [Float].self) { group in
            group.addTask { try await embedder.embed(text) }
            group.addTask {
                try await Task.sleep(for: embedder.patience)
                throw CacheError(.embedder, "it took longer than \(embedder.patience.brief)")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    /// The answer to the nearest question that is near enough.
    func similar(to vector: StoredVector, kind: CacheKind) async throws -> CacheHit? {
        guard let rule = policy.kinds[kind] else { return nil }
        do {
            guard let group = try await group(of: vector.context, length: vector.code.codes.count) else { return nil }
            let near = group.candidates(near: vector.code, atLeast: Float(rule.similarity).nextDown)
            let now = clock.now().milliseconds
            let valid = state.withLock { state in
                near.filter { candidate in
                    guard let entry = state.index[candidate.key] else { return false }
                    return entry.row == candidate.row && entry.expiresAt > now
                }
            }
            var nearest: [(candidate: VectorGroup.Candidate, cosine: Double)] = []
            for (row, floats) in try await store.coordinates(of: valid.prefix(Self.closeLooks).map(\.row)) {
                guard let values = UnitVector.values(of: floats), values.count == vector.unit.values.count,
                    let unit = UnitVector(values), let candidate = valid.first(where: { $0.row == row })
                else { continue }
                let cosine = min(1, unit.cosine(to: vector.unit))
                if cosine >= rule.similarity { nearest.append((candidate, cosine)) }
            }
            for (candidate, cosine) in nearest.sorted(by: { $0.cosine > $1.cosine }) {
                if let answer = try await take(candidate, kind, now) {
                    return CacheHit(answer: answer, manner: .similar(cosine))
                }
            }
        } catch {
            try Task.checkCancellation()
            // A file that cannot be read has nothing similar.
            state.withLock { $0.lastFault = "\(error)" }
        }
        return nil
    }

    /// How many candidates are compared exactly.
    private static let closeLooks = 16

    private func take(
        _ candidate: VectorGroup.Candidate, _ kind: CacheKind, _ now: Int64
    ) async throws -> CachedReply? {
        var answer = state.withLock { $0.body(of: candidate.key) }.flatMap(Self.decode)
        if answer == nil { answer = try await body(of: candidate.row, candidate.key, kind) }
        guard let answer else { return nil }
        state.withLock { state in
            state.index.use(candidate.key)
            state.group.uses[candidate.row] = now
            state.countHit(.semanticHits, answer, kind)
        }
        scheduleFlush()
        return answer
    }

    /// The vectors of a context, read from the file as far as they are not in memory.
    private func group(of context: SHA256Digest, length: Int) async throws -> VectorGroup? {
        let (known, written) = state.withLock { ($0.vectors.take(context), $0.writtenVectors) }
        if let known, !known.isStale { return known.group }
        let rows = try await store.vectors(of: context, after: known?.lastRow ?? 0)
        return state.withLock { state in
            // Another look-up may have read the same meanwhile; what was added since is in neither.
            var shelved =
                state.vectors.take(context)
                ?? VectorShelf.Shelved(group: VectorGroup(length: length), lastRow: 0)
            for vector in rows.vectors where vector.row > shelved.lastRow && !shelved.added.contains(vector.row) {
                shelved.group.append(vector.code, row: vector.row, key: vector.key)
            }
            if rows.lastRow > shelved.lastRow {
                shelved.lastRow = rows.lastRow
                shelved.added = shelved.added.filter { $0 > rows.lastRow }
            }
            // What was written since the rows were read, while no group was there to take it, is read the next time.
            shelved.isStale = state.writtenVectors != written
            state.vectors.put(shelved, for: context)
            let index = state.index
            if state.isLoaded { state.vectors.tidy(context) { row, key in index[key]?.row == row } }
            return state.vectors.groups[context]?.group
        }
    }
}
