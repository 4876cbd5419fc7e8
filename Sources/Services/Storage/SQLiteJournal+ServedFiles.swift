import Identity
import SQLite
package import ServedCalls
import Timekeeping

/// Files that clients hand over for batches.
extension SQLiteJournal {
    package func add(_ file: ServedFile, _ content: [UInt8]) async throws {
        try await database.write { connection in
            try connection.execute(
                "INSERT INTO served_files (id, virtual_key, created_at, name, size, content) VALUES (?, ?, ?, ?, ?, ?)",
                values: [
                    .text(file.id), .text(file.key.string), .integer(file.createdAt.milliseconds), .text(file.name),
                    .integer(Int64(file.size)), .blob(content),
                ])
        }
    }

    package func file(_ id: String, of key: VirtualKeyID) async throws -> ServedFile? {
        try await database.read { connection in
            try connection.one(
                "SELECT id, created_at, name, size FROM served_files WHERE id = ? AND virtual_key = ?", id, key.string
            ).map { try Self.file($0, key) }
        }
    }

    package func files(of key: VirtualKeyID, after: String?, limit: Int) async throws -> [ServedFile] {
        try await database.read { connection in
            try connection.query(
                """
                SELECT id, created_at, name, size FROM served_files WHERE virtual_key = ? AND id < ?
                ORDER BY id DESC LIMIT ?
                """, key.string, after ?? "~", limit
            ).map { try Self.file($0, key) }
        }
    }

    package func content(ofFile id: String, of key: VirtualKeyID) async throws -> [UInt8]? {
        try await database.read { connection in
            try connection.one("SELECT content FROM served_files WHERE id = ? AND virtual_key = ?", id, key.string)
                .map { try $0["content"] }
        }
    }

    package func deleteFile(_ id: String, of key: VirtualKeyID) async throws -> Bool {
        try await database.write { connection in
            try connection.execute("DELETE FROM served_files WHERE id = ? AND virtual_key = ?", id, key.string) == 1
        }
    }

    private static func file(_ row: Row, _ key: VirtualKeyID) throws -> ServedFile {
        ServedFile(
            id: try row["id"], key: key, name: try row["name"], size: try row["size"],
            createdAt: Timestamp(milliseconds: try row["created_at"]))
    }
}
