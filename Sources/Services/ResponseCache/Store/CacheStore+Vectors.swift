import Crypto
import SQLite

extension CacheStore {
    struct ListedVector: Sendable {
        var row: Int64
        var key: SHA256Digest
        var code: VectorCode
    }

    /// The vectors of a context behind a row, and the last row that there was at that moment.
    func vectors(of context: SHA256Digest, after row: Int64) async throws -> (vectors: [ListedVector], lastRow: Int64) {
        try await database.read { connection in
            var vectors: [ListedVector] = []
            try connection.forEach(
                """
                SELECT row, key, codes, scale, rest, error FROM vectors JOIN entries USING (row)
                WHERE context = ? AND row > ? ORDER BY row
                """,
                values: [.blob(context.bytes), .integer(row)]
            ) { found in
                // A damaged row is like none.
                guard case .blob(let bytes) = found.values[1], let key = SHA256Digest(bytes: bytes),
                    case .blob(let codes) = found.values[2]
                else { return }
                let (scale, rest, error): (Double, Double, Double) = (
                    try found[3], try found[4], try found[5]
                )
                vectors.append(
                    ListedVector(
                        row: try found[0], key: key,
                        code: VectorCode(
                            codes: codes.map(Int8.init(bitPattern:)), scale: Float(scale), rest: Float(rest),
                            error: Float(error))))
            }
            return (
                vectors, try connection.one("SELECT seq FROM sqlite_sequence WHERE name = 'entries'")?[0] ?? 0
            )
        }
    }

    /// The exact coordinates of rows, as bytes; rows that are gone are left out.
    func coordinates(of rows: [Int64]) async throws -> [(row: Int64, floats: [UInt8])] {
        guard !rows.isEmpty else { return [] }
        return try await database.read { connection in
            var found: [(Int64, [UInt8])] = []
            for row in rows {
                if let floats: [UInt8] = try connection.one("SELECT floats FROM coordinates WHERE row = ?", row)?[0] {
                    found.append((row, floats))
                }
            }
            return found
        }
    }
}
