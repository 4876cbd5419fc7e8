import SQLite
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite(.timeLimit(.minutes(5))) struct DamageTests {
    @Test func `a full disk is told, nothing is half written, and work goes on when there is space`() async throws {
        try await withDatabase { database, directory in
            try await database.add("before")
            let large = String(repeating: "x", count: 100_000)
            try await database.write { try $0.execute("PRAGMA max_page_count = 10") }
            let full = SQLiteError(
                .full,
                """
                Cannot execute "INSERT INTO items (value) VALUES (?)": the disk is full; free some space for \
                \(directory.file).
                """)
            await #expect(throws: full) { try await database.add(large) }
            let results = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        do {
                            try await database.add(number % 2 == 0 ? "small \(number)" : large + "\(number)")
                            return true
                        } catch {
                            #expect(error as? SQLiteError == full)
                            return false
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(results == [true: 10, false: 10])
            try await database.write { try $0.execute("PRAGMA max_page_count = 10000") }
            try await database.add(large)
            let items = try await Set(database.items())
            #expect(items == Set(["before", large] + stride(from: 0, to: 20, by: 2).map { "small \($0)" }))
        }
    }

    @Test func `a file of something else is no database`() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Array(repeating: UInt8(ascii: "x"), count: 5000))
        let refused = SQLiteError(
            .notADatabase, "Cannot open the database: \(directory.file) is not a SQLite database.")
        #expect(throws: refused) { try Database(.file(directory.file)) }
    }

    @Test func `a damaged file is told when the damage is met`() async throws {
        let directory = try TemporaryDirectory()
        let database = try Database(.file(directory.file))
        try await database.write { connection in
            try connection.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, value TEXT)")
            for number in 0..<1000 {
                try connection.execute(
                    "INSERT INTO items (value) VALUES (?)", String(repeating: "\(number)", count: 50))
            }
        }
        await database.close()
        let file = open(directory.file, O_RDWR)
        let garbage = [UInt8](repeating: 0xA5, count: 4096 * 8)
        #expect(pwrite(file, garbage, garbage.count, 4096 * 2) == garbage.count)
        close(file)
        let damaged = try Database(.file(directory.file))
        let expected = SQLiteError(
            .corrupt,
            """
            Cannot execute "SELECT value FROM items ORDER BY id": \(directory.file) is damaged (database disk image \
            is malformed); restore it from a backup.
            """)
        await #expect(throws: expected) { try await damaged.items() }
        await damaged.close()
    }

    @Test func `a path that cannot be opened is named`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/missing/state.db"
        let refused = SQLiteError(
            .cantOpen,
            "Cannot open the database: \(path) cannot be opened; its directory must exist and be writable.")
        #expect(throws: refused) { try Database(.file(path)) }
        #expect(throws: SQLiteError(.cantOpen, "Cannot open the database: its path is empty or no path.")) {
            try Database(.file(""))
        }
    }
}
