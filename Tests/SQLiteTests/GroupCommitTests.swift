import SQLite
import Testing

@Suite(.timeLimit(.minutes(5))) struct GroupCommitTests {
    /// Holds the writer, queues the writes in their order behind it and lets all go: they form one group.
    private func together(
        _ database: Database, _ bodies: [@Sendable (Connection) throws -> Void]
    ) async throws -> [(any Error)?] {
        let holds = Signal()
        let valve = Valve()
        async let holding: Void = database.write { _ in
            holds.send()
            valve.wait()
        }
        await holds.wait()
        let failures = await withTaskGroup(of: (Int, (any Error)?).self) { group in
            for (number, body) in bodies.enumerated() {
                group.addTask {
                    do {
                        try await database.write(body)
                        return (number, nil)
                    } catch {
                        return (number, error)
                    }
                }
                await database.waiting(number + 1)
            }
            valve.open()
            return await group.reduce(into: Array(repeating: nil, count: bodies.count)) { $0[$1.0] = $1.1 }
        }
        try await holding
        return failures
    }

    private func insert(_ value: String) -> @Sendable (Connection) throws -> Void {
        { _ = try $0.execute("INSERT INTO items (value) VALUES (?)", value) }
    }

    @Test func `writes that wait are committed together, in their order`() async throws {
        try await withDatabase { database, directory in
            let other = try Database(.file(directory.file))
            let before = try await other.changeCounter()
            let failures = try await together(database, (0..<50).map { insert("\($0)") })
            #expect(failures.allSatisfy { $0 == nil })
            #expect(try await database.items() == (0..<50).map(String.init))
            // One for the write that held the writer, which changed nothing, would not count.
            #expect(try await other.changeCounter() == before + 1)
            await other.close()
        }
    }

    @Test func `the failure of one does not undo the others`() async throws {
        try await withDatabase { database, _ in
            struct Stop: Error, Equatable {}
            let failures = try await together(
                database,
                [
                    insert("a"), insert("a"),
                    { connection in
                        try connection.execute("INSERT INTO items (value) VALUES ('half')")
                        throw Stop()
                    },
                    insert("b"),
                ])
            #expect(failures.map { $0 == nil } == [true, false, false, true])
            #expect((failures[1] as? SQLiteError)?.code == .constraint(.unique, name: "items.value"))
            #expect(failures[2] as? Stop == Stop())
            #expect(try await database.items() == ["a", "b"])
        }
    }

    @Test func `a failure that comes with the commit hits its own write only`() async throws {
        try await withDatabase { database, _ in
            try await database.write {
                try $0.execute(
                    "CREATE TABLE links (item INTEGER REFERENCES items (id) DEFERRABLE INITIALLY DEFERRED)")
            }
            let failures = try await together(
                database, [insert("a"), { _ = try $0.execute("INSERT INTO links VALUES (99)") }, insert("b")])
            #expect(failures.map { $0 == nil } == [true, false, true])
            #expect(
                failures[1] as? SQLiteError
                    == SQLiteError(
                        .constraint(.foreignKey, name: ""), "Cannot execute \"COMMIT\": FOREIGN KEY constraint failed.")
            )
            #expect(try await database.items() == ["a", "b"])
        }
    }

    @Test func `a body that ends the transaction itself harms no other`() async throws {
        try await withDatabase { database, _ in
            let failures = try await together(
                database,
                [
                    insert("a"),
                    { connection in
                        try connection.execute("ROLLBACK")
                        // Refused, and the refusal ignored: neither may reach the file.
                        _ = try? connection.execute("INSERT INTO items (value) VALUES ('stray')")
                        _ = try? connection.executeScript("INSERT INTO items (value) VALUES ('stray')")
                    },
                    insert("b"), insert("c"),
                ])
            #expect(failures.map { $0 == nil } == [true, false, true, true])
            let ended = SQLiteError(
                .misuse,
                "Cannot execute \"RELEASE part_1\": an earlier statement or error has ended the transaction.")
            #expect(failures[1] as? SQLiteError == ended)
            await #expect(throws: SQLiteError.self) {
                try await database.write { connection in
                    try connection.execute("COMMIT")
                    try connection.execute("INSERT INTO items (value) VALUES ('stray')")
                }
            }
            #expect(try await Set(database.items()) == ["a", "b", "c"])
        }
    }

    @Test func `a cancelled write is skipped as long as it waits`() async throws {
        try await withDatabase { database, _ in
            let holds = Signal()
            let valve = Valve()
            async let holding: Void = database.write { _ in
                holds.send()
                valve.wait()
            }
            await holds.wait()
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await database.add("never") }
                await database.waiting(1)
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            valve.open()
            try await holding
            try await database.add("after")
            #expect(try await database.items() == ["after"])
        }
    }

    @Test func `a write that has started is not cancelled`() async throws {
        try await withDatabase { database, _ in
            let started = Signal()
            let valve = Valve()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await database.write { connection in
                        started.send()
                        valve.wait()
                        try connection.execute("INSERT INTO items (value) VALUES ('whole')")
                    }
                }
                await started.wait()
                group.cancelAll()
                valve.open()
                try await group.waitForAll()
            }
            #expect(try await database.items() == ["whole"])
        }
    }

    @Test func `a task cancelled before it writes writes nothing`() async throws {
        try await withDatabase { database, _ in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { try await database.add("never") }
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            let items = try await database.items()
            #expect(items == [])
        }
    }

    @Test(arguments: [true, false])
    func `a long read ends when its task is cancelled`(inMemory: Bool) async throws {
        let directory = try TemporaryDirectory()
        let database = try Database(inMemory ? .memory : .file(directory.file))
        let started = Signal()
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await database.read { connection in
                    started.send()
                    _ = try connection.one(
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")
                }
            }
            await started.wait()
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(try await database.read { try $0.one("SELECT 1")?.values } == [1])
        try await database.write { try $0.execute("CREATE TABLE x (y)") }
        await database.close()
    }
}
