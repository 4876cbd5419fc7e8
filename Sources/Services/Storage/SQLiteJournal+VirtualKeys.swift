import Crypto
import Identity
import SQLite
package import ServedCalls

extension SQLiteJournal: VirtualKeyStore {
    package func keys() async throws -> [VirtualKey] { try await all("SELECT data FROM virtual_keys ORDER BY id", []) }

    package func keysVersion() async throws -> Int64 {
        try await database.read { try $0.one("SELECT version FROM virtual_keys_version")?[0] ?? 0 }
    }

    package func add(_ key: VirtualKey) async throws -> Bool {
        try await database.write { connection in
            let taken = try connection.one(
                "SELECT 1 FROM virtual_keys WHERE name = ? AND is_revoked = 0", key.name)
            guard taken == nil else { return false }
            try Self.write(key, connection)
            return true
        }
    }

    package func change(
        _ id: VirtualKeyID, _ body: @escaping @Sendable (inout VirtualKey) throws -> Void
    ) async throws -> VirtualKey? {
        try await database.write { connection in
            guard let row = try connection.one("SELECT data FROM virtual_keys WHERE id = ?", id.string) else {
                return nil
            }
            var key: VirtualKey = try Self.decode(row)
            try body(&key)
            try Self.write(key, connection)
            return key
        }
    }

    private static func write(_ key: VirtualKey, _ connection: Connection) throws {
        try connection.execute(
            """
            INSERT INTO virtual_keys (id, name, digest, is_revoked, data) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET
                name = excluded.name, digest = excluded.digest, is_revoked = excluded.is_revoked, data = excluded.data
            """,
            values: [
                .text(key.id.string), .text(key.name), .text(key.digest.hex),
                .integer(key.revokedAt == nil ? 0 : 1), .text(try encode(key)),
            ])
        try connection.execute("UPDATE virtual_keys_version SET version = version + 1")
    }
}
