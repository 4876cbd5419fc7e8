import SQLite
import Testing

struct MigrationTests {
    private let first = Migration(1, "items", "CREATE TABLE items (id INTEGER PRIMARY KEY, value TEXT)")
    private let second = Migration(
        2, "notes", "ALTER TABLE items ADD note TEXT; INSERT INTO items VALUES (1, 'a', 'b')")
    private let third = Migration(3, "broken", "CREATE TABLE more (x)", "INSERT INTO nowhere VALUES (1)")

    private func version(_ database: Database) async throws -> Int {
        try await database.read { try $0.schemaVersion() }
    }

    @Test func `each migration is done once`() async throws {
        let database = try Database(.memory)
        #expect(try await database.migrate([]) == [])
        #expect(try await database.migrate([first]) == [first])
        #expect(try await database.migrate([first, second]) == [second])
        #expect(try await database.migrate([first, second]) == [])
        #expect(try await version(database) == 2)
        #expect(try await database.read { try $0.one("SELECT * FROM items")?.values } == [1, "a", "b"])
        await database.close()
    }

    @Test func `a migration that fails leaves nothing and those before it done`() async throws {
        let database = try Database(.memory)
        await #expect(
            throws: SQLiteError(
                .misuse, "Cannot execute \"INSERT INTO nowhere VALUES (1)\": no such table: nowhere.")
        ) {
            try await database.migrate([first, second, third])
        }
        #expect(try await version(database) == 2)
        #expect(
            try await database.read { try $0.one("SELECT count(*) FROM sqlite_schema WHERE name = 'more'")?.values }
                == [0])
        await database.close()
    }

    @Test func `a database of a newer version is refused`() async throws {
        let directory = try TemporaryDirectory()
        let database = try Database(.file(directory.file))
        try await database.migrate([first, second])
        let newer = SQLiteError(
            .newerVersion,
            """
            \(directory.file) was written by a newer version of vencejo (schema 2, this one knows 1): upgrade, or use \
            another VENCEJO_HOME.
            """)
        await #expect(throws: newer) { try await database.migrate([first]) }
        await database.close()
    }

    @Test func `migrations must be counted without gaps`() async throws {
        let database = try Database(.memory)
        await #expect(throws: SQLiteError(.misuse, "Migration \"notes\" has the number 2 in place 1.")) {
            try await database.migrate([second])
        }
        await database.close()
    }

    @Test(arguments: 0..<10)
    func `programs that open and migrate a new file at once do each step once`(round: Int) async throws {
        let directory = try TemporaryDirectory()
        let (first, second) = (first, second)
        let done = try await withThrowingTaskGroup(of: [Migration].self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let database = try Database(.file(directory.file), options: .init(applicationID: 7))
                    let done = try await database.migrate([first, second])
                    await database.close()
                    return done
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(done.map(\.number).sorted() == [1, 2])
    }
}
