import Crypto
import Vectors

/// Vectors that may be compared with each other, one behind the other in memory; pure.
///
/// A search leaves out nothing: a vector is passed over only where its first coordinates, and the lengths of what follows
/// them, show that it cannot be near enough.
struct VectorGroup: Sendable {
    /// A vector that may be near enough, by its codes.
    struct Candidate: Sendable, Hashable {
        var row: Int64
        var key: SHA256Digest
        /// The cosine, as far as the codes tell it.
        var estimate: Float
    }

    /// How many codes each vector has.
    let length: Int
    private let head: Int
    private var chunks: [Chunk] = []
    private(set) var count = 0

    /// So many vectors that an addition during a search copies little.
    private static let chunkCount = 4096
    /// So many candidates are worth a closer look.
    private static let mostCandidates = 64

    private struct Chunk: Sendable {
        var heads: [Int8] = []
        var tails: [Int8] = []
        var figures: [Figures] = []
        var owners: [Owner] = []
    }

    private struct Figures: Sendable {
        var scale: Float
        var rest: Float
        var error: Float
    }

    private struct Owner: Sendable {
        var row: Int64
        var key: SHA256Digest
    }

    init(length: Int) {
        self.length = length
        head = VectorCode.head(of: length)
    }

    /// Bytes that the group takes.
    var size: Int { count * (length + 56) }

    /// Adds a vector; one of another length is left out.
    mutating func append(_ code: VectorCode, row: Int64, key: SHA256Digest) {
        guard code.codes.count == length else { return }
        if chunks.last.map({ $0.owners.count >= Self.chunkCount }) ?? true { chunks.append(Chunk()) }
        let last = chunks.count - 1
        chunks[last].heads.append(contentsOf: code.codes[..<head])
        chunks[last].tails.append(contentsOf: code.codes[head...])
        chunks[last].figures.append(Figures(scale: code.scale, rest: code.rest, error: code.error))
        chunks[last].owners.append(Owner(row: row, key: key))
        count += 1
    }

    /// The same without the vectors that are not wanted any more.
    func filtered(_ isWanted: (Int64, SHA256Digest) -> Bool) -> VectorGroup {
        var kept = VectorGroup(length: length)
        for chunk in chunks {
            for (index, owner) in chunk.owners.enumerated() where isWanted(owner.row, owner.key) {
                let figures = chunk.figures[index]
                let tail = length - head
                kept.append(
                    VectorCode(
                        codes: Array(chunk.heads[index * head..<(index + 1) * head])
                            + chunk.tails[index * tail..<(index + 1) * tail],
                        scale: figures.scale, rest: figures.rest, error: figures.error),
                    row: owner.row, key: owner.key)
            }
        }
        return kept
    }

    /// Every vector whose cosine may reach the bound, the nearest first; of very many, those that seem nearest.
    func candidates(near question: VectorCode, atLeast bound: Float) -> [Candidate] {
        guard question.codes.count == length else { return [] }
        var found: [Candidate] = []
        var needed = bound
        var products = [Int32](repeating: 0, count: Self.chunkCount)
        for chunk in chunks {
            ByteVectors.products(
                question.codes, chunk.heads, length: head, count: chunk.figures.count, into: &products)
            scan(chunk, question, products, &needed, &found)
        }
        found.sort { $0.estimate > $1.estimate }
        return Array(found.prefix(Self.mostCandidates))
    }

    /// - Parameter products: of the question's first codes with those of each vector.
    private func scan(
        _ chunk: Chunk, _ question: VectorCode, _ products: [Int32], _ needed: inout Float, _ found: inout [Candidate]
    ) {
        for (index, figure) in chunk.figures.enumerated() {
            let scale = figure.scale * question.scale
            let slack = figure.error + question.error + figure.error * question.error
            var estimate = Float(products[index]) * scale
            if estimate + figure.rest * question.rest + slack < needed { continue }
            estimate += Float(tailProduct(chunk, index, question)) * scale
            if estimate + slack < needed { continue }
            let owner = chunk.owners[index]
            found.append(Candidate(row: owner.row, key: owner.key, estimate: estimate))
            if found.count >= Self.mostCandidates * 4 { raise(&needed, &found) }
        }
    }

    private func tailProduct(_ chunk: Chunk, _ index: Int, _ question: VectorCode) -> Int32 {
        let tail = length - head
        return ByteVectors.product(question.codes[head...], chunk.tails[index * tail..<(index + 1) * tail])
    }

    /// Goes on with the nearest of many candidates alone.
    private func raise(_ needed: inout Float, _ found: inout [Candidate]) {
        found.sort { $0.estimate > $1.estimate }
        found.removeLast(found.count - Self.mostCandidates)
        needed = max(needed, found[found.count - 1].estimate)
    }
}
