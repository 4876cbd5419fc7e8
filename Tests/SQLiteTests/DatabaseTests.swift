import SQLite
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite(.timeLimit(.minutes(5))) struct DatabaseTests {
    struct Stop: Error, Equatable {}

    @Test func `a database is durable, strict and private unless told otherwise`() async throws {
        try await withDatabase { database, directory in
            let settings = try await database.write { connection in
                try ["journal_mode", "synchronous", "foreign_keys", "mmap_size", "trusted_schema"].map {
                    try connection.one("PRAGMA \($0)")?.values.first ?? .null
                }
            }
            #expect(settings == ["wal", 2, 1, 0, 0])
            var status = stat()
            for suffix in ["", "-wal", "-shm"] {
                #expect(stat(directory.file + suffix, &status) == 0)
                #expect(status.st_mode & 0o777 == 0o600)
            }
        }
        try await withDatabase(Database.Options(durability: .normal)) { database, _ in
            let setting = try await database.write { try $0.one("PRAGMA synchronous") }
            #expect(setting?.values == [1])
        }
    }

    @Test func `what was written is there after the file is opened again`() async throws {
        try await withDatabase { database, directory in
            try await database.add("a")
            await database.close()
            let again = try Database(.file(directory.file))
            #expect(try await again.items() == ["a"])
            await again.close()
        }
    }

    @Test func `a write that throws leaves nothing behind`() async throws {
        try await withDatabase { database, _ in
            await #expect(throws: Stop()) {
                try await database.write { connection in
                    try connection.execute("INSERT INTO items (value) VALUES ('a')")
                    throw Stop()
                }
            }
            let items = try await database.items()
            #expect(items == [])
        }
    }

    @Test(arguments: [true, false])
    func `a read cannot write`(inMemory: Bool) async throws {
        let directory = try TemporaryDirectory()
        let database = try Database(inMemory ? .memory : .file(directory.file))
        let place = inMemory ? "the database in memory" : directory.file
        let refused = SQLiteError(
            .readOnly,
            "Cannot execute \"CREATE TABLE x (y)\": \(place) is read-only here (attempt to write a readonly database).")
        await #expect(throws: refused) {
            try await database.read { _ = try $0.execute("CREATE TABLE x (y)") }
        }
        try await database.write { try $0.execute("CREATE TABLE x (y)") }
        await database.close()
    }

    @Test func `a read keeps its snapshot while a write commits`() async throws {
        try await withDatabase { database, _ in
            try await database.add("a")
            let seen = Signal()
            let written = Valve()
            async let counts = database.read { connection in
                let before: Int? = try connection.one("SELECT count(*) FROM items")?[0]
                seen.send()
                written.wait()
                let after: Int? = try connection.one("SELECT count(*) FROM items")?[0]
                return [before, after]
            }
            await seen.wait()
            try await database.add("b")
            #expect(try await database.items() == ["a", "b"])
            written.open()
            #expect(try await counts == [1, 1])
        }
    }

    @Test func `reads run at the same time`() async throws {
        try await withDatabase(Database.Options(readers: 2)) { database, _ in
            let first = Signal()
            let valve = Valve()
            // The first holds one reader until the second, on another, lets it go.
            async let waiting: Void = database.read { _ in
                first.send()
                valve.wait()
            }
            await first.wait()
            try await database.read { _ in valve.open() }
            try await waiting
        }
    }

    @Test func `two databases on one file see each other's writes`() async throws {
        try await withDatabase { one, directory in
            let two = try Database(.file(directory.file))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask { try await (number % 2 == 0 ? one : two).add("\(number)") }
                }
                try await group.waitForAll()
            }
            #expect(try await Set(one.items()) == Set((0..<200).map(String.init)))
            #expect(try await two.items() == one.items())
            await two.close()
        }
    }

    @Test func `the change counter moves with the writes of others only`() async throws {
        try await withDatabase { one, directory in
            let two = try Database(.file(directory.file))
            let start = try await one.changeCounter()
            try await one.add("a")
            #expect(try await one.changeCounter() == start)
            try await two.add("b")
            let moved = try await one.changeCounter()
            #expect(moved != start)
            #expect(try await one.changeCounter() == moved)
            await two.close()
        }
    }

    @Test func `a database held by another says busy after the timeout`() async throws {
        try await withDatabase { one, directory in
            let two = try Database(.file(directory.file), options: .init(busyTimeout: .milliseconds(20)))
            let holds = Signal()
            let valve = Valve()
            async let holding: Void = one.write { _ in
                holds.send()
                valve.wait()
            }
            await holds.wait()
            let busy = SQLiteError(
                .busy,
                """
                Cannot execute "BEGIN IMMEDIATE": \(directory.file) is in use by another process; try again when it \
                is done.
                """)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<5 {
                    group.addTask {
                        await #expect(throws: busy) { try await two.add("\(number)") }
                    }
                }
            }
            valve.open()
            try await holding
            try await two.add("later")
            #expect(try await one.items() == ["later"])
            await two.close()
        }
    }

    @Test func `ten thousand writes at once are all there, each once`() async throws {
        try await withDatabase { database, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<10_000 { group.addTask { try await database.add("\(number)") } }
                try await group.waitForAll()
            }
            #expect(try await Set(database.items()) == Set((0..<10_000).map(String.init)))
        }
    }

    @Test func `a database in memory reads and writes in the order of the calls`() async throws {
        let database = try Database(.memory)
        try await database.write { try $0.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, value TEXT)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await database.add("\(number)")
                    #expect(try await database.items().contains("\(number)"))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.items().count == 200)
        await database.close()
    }

    @Test func `closing ends the waiting work first and refuses what comes after`() async throws {
        try await withDatabase { database, directory in
            let holds = Signal()
            let valve = Valve()
            async let first: Void = database.write { _ in
                holds.send()
                valve.wait()
            }
            await holds.wait()
            async let second = database.write { try $0.execute("INSERT INTO items (value) VALUES ('kept')") }
            async let closed: Void = database.close()
            valve.open()
            try await first
            // Sent before the close or after it, as the tasks happened to run.
            let changes: Result<Int, any Error>
            do { changes = .success(try await second) } catch { changes = .failure(error) }
            await closed
            let refused = SQLiteError(.closed, "Cannot use \(directory.file): it was closed.")
            await #expect(throws: refused) { try await database.add("late") }
            await #expect(throws: refused) { try await database.items() }
            let again = try Database(.file(directory.file))
            switch changes {
            case .success: #expect(try await again.items() == ["kept"])
            case .failure(let failure): #expect(failure as? SQLiteError == refused)
            }
            await again.close()
        }
    }

    @Test func `an id of an application is written once and then demanded`() async throws {
        let directory = try TemporaryDirectory()
        let first = try Database(.file(directory.file), options: .init(applicationID: 0x564E_434A))
        try await first.write { try $0.execute("CREATE TABLE x (y)") }
        await first.close()
        let again = try Database(.file(directory.file), options: .init(applicationID: 0x564E_434A))
        await again.close()
        let foreign = SQLiteError(
            .foreignDatabase,
            "Cannot open the database: \(directory.file) belongs to another program (id 1447969610).")
        #expect(throws: foreign) { try Database(.file(directory.file), options: .init(applicationID: 7)) }
    }
}
