import Crypto
import Testing

@testable import ResponseCache

@Suite struct VectorGroupTests {
    /// A direction that has something of the base, the more the nearer `share` is to 1.
    private static func vector(
        _ random: inout Numbers, _ count: Int, near base: UnitVector? = nil, share: Float = 0
    ) throws -> UnitVector {
        let noise = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
        guard let base else { return try #require(UnitVector(noise)) }
        let unit = try #require(UnitVector(noise))
        return try #require(UnitVector(zip(base.values, unit.values).map { $0 * share + $1 * (1 - share) }))
    }

    @Test("A search leaves out nothing that is near enough", arguments: [3, 16, 100, 128, 129, 384])
    func nothingMissed(_ count: Int) throws {
        var random = Numbers(UInt64(count))
        let question = try Self.vector(&random, count)
        var group = VectorGroup(length: VectorCode.length(of: count))
        var all: [Int64: UnitVector] = [:]
        for row in 1...400 {
            let share = row % 4 == 0 ? Float.random(in: 0.3...0.95, using: &random) : 0
            let unit = try Self.vector(&random, count, near: question, share: share)
            all[Int64(row)] = unit
            group.append(VectorCode(unit), row: Int64(row), key: SHA256.hash("\(row)"))
        }
        for bound in [0.7, 0.85, 0.9, 0.95, 0.99] {
            let near = all.filter { $0.value.cosine(to: question) >= bound }
            let found = group.candidates(near: VectorCode(question), atLeast: Float(bound).nextDown)
            // Of very many only the nearest are asked for.
            if near.count <= 64 { #expect(Set(near.keys).subtracting(found.map(\.row)) == []) }
            #expect(found.map(\.estimate) == found.map(\.estimate).sorted(by: >))
            for candidate in found {
                let unit = try #require(all[candidate.row])
                #expect(abs(unit.cosine(to: question) - Double(candidate.estimate)) < 0.05)
            }
        }
    }

    @Test func `of very many, the nearest are found`() throws {
        var random = Numbers(5)
        let question = try Self.vector(&random, 32)
        var group = VectorGroup(length: 32)
        for row in 1...5000 {
            let unit = try Self.vector(&random, 32, near: question, share: 0.6 + Float(row % 100) / 1000)
            group.append(VectorCode(unit), row: Int64(row), key: SHA256.hash("\(row)"))
        }
        group.append(VectorCode(question), row: 9999, key: SHA256.hash("same"))
        let found = group.candidates(near: VectorCode(question), atLeast: 0.5)
        #expect(found.count == 64)
        #expect(found.first?.row == 9999)
    }

    @Test func `what is not wanted any more is left out`() throws {
        var random = Numbers(7)
        var group = VectorGroup(length: 160)
        let units = try (0..<20).map { _ in try Self.vector(&random, 150) }
        for (row, unit) in units.enumerated() {
            group.append(VectorCode(unit), row: Int64(row), key: SHA256.hash("\(row)"))
        }
        group.append(
            VectorCode(codes: [1], scale: 1, rest: 0, error: 0), row: 99, key: SHA256.hash("of another length"))
        let kept = group.filtered { row, _ in row % 2 == 0 }
        #expect(group.count == 20)
        #expect(kept.count == 10)
        for (row, unit) in units.enumerated() {
            let found = kept.candidates(near: VectorCode(unit), atLeast: 0.95).map(\.row)
            #expect(found == (row % 2 == 0 ? [Int64(row)] : []))
        }
    }

    @Test func `a hundred thousand vectors are searched`() throws {
        var random = Numbers(11)
        let question = try Self.vector(&random, 16)
        let far = VectorCode(try #require(UnitVector(question.values.map { -$0 })))
        var group = VectorGroup(length: 16)
        for row in 0..<100_000 {
            group.append(row == 77_777 ? VectorCode(question) : far, row: Int64(row), key: SHA256Digest.zero)
        }
        #expect(group.candidates(near: VectorCode(question), atLeast: 0.9).map(\.row) == [77_777])
    }

    @Test func `no direction is no vector`() {
        #expect(UnitVector([]) == nil)
        #expect(UnitVector([0, 0]) == nil)
        #expect(UnitVector([.nan, 1]) == nil)
        #expect(UnitVector([.infinity]) == nil)
        #expect(UnitVector([3, 4])?.values == [0.6, 0.8])
    }
}

extension SHA256Digest {
    static let zero = SHA256.hash("")
}
