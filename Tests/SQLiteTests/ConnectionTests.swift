import SQLite
import Testing

struct ConnectionTests {
    private let database: Database

    init() async throws {
        database = try Database(.memory)
        try await database.write {
            try $0.executeScript(
                """
                CREATE TABLE kinds (i INTEGER, r REAL, t TEXT, b BLOB, n TEXT);
                CREATE TABLE parents (id INTEGER PRIMARY KEY);
                CREATE TABLE children (
                    id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id),
                    name TEXT NOT NULL UNIQUE, age INTEGER CONSTRAINT adult CHECK (age >= 18));
                """)
        }
    }

    @Test func `every kind of value is stored and read back`() async throws {
        let text = "ünï\u{0}code 🐦"
        let row = try await database.write { connection in
            let none: String? = nil
            try connection.execute(
                "INSERT INTO kinds VALUES (?, ?, ?, ?, ?)", Int64.min, 1.5, text, [0, 255] as [UInt8], none)
            return try connection.one("SELECT * FROM kinds")
        }
        #expect(
            row
                == Row(
                    columns: ["i", "r", "t", "b", "n"],
                    values: [.integer(.min), .real(1.5), .text(text), .blob([0, 255]), .null]))
    }

    @Test func `empty texts and blobs are not null`() async throws {
        let row = try await database.write { connection in
            try connection.execute(
                "INSERT INTO kinds VALUES (?, ?, ?, ?, ?)", values: [true, 0.5, "", .blob([]), nil])
            return try connection.one("SELECT i, t, b, n FROM kinds")
        }
        #expect(row?.values == [1, "", .blob([]), nil])
    }

    @Test func `columns are read by name or place as the type that is asked for`() throws {
        let row = Row(columns: ["i", "t", "n", "r"], values: [1, "x", nil, 2])
        #expect(try row["i"] as Int == 1)
        #expect(try row["i"] as Bool == true)
        #expect(try row["i"] as Double == 1)
        #expect(try row["n"] as String? == nil)
        #expect(try row["t"] as String? == "x")
        #expect(try row[3] as Int64 == 2)
        #expect(try row["n"] as SQLiteValue == .null)
    }

    @Test func `a column that is missing or of another type is named`() {
        let row = Row(columns: ["i", "t"], values: [1, "secret"])
        #expect(throws: SQLiteError(.unexpectedValue, "The result has no column \"x\", only i, t.")) {
            try row["x"] as Int
        }
        #expect(throws: SQLiteError(.unexpectedValue, "The result has no column 2: there are 2, counted from 0.")) {
            try row[2] as Int
        }
        #expect(
            throws: SQLiteError(.unexpectedValue, "Column \"t\" holds a text of 6 bytes where Int was expected.")
        ) {
            try row["t"] as Int
        }
    }

    @Test func `execute counts the rows it changed`() async throws {
        let counts = try await database.write { connection in
            [
                try connection.execute("INSERT INTO parents VALUES (1), (2), (3)"),
                try connection.execute("UPDATE parents SET id = id + 10 WHERE id > ?", 1),
                try connection.execute("CREATE TABLE other (x)"),
                try connection.execute("DELETE FROM parents WHERE id = 99"),
                try connection.execute("INSERT INTO parents VALUES (?)", 40),
                Int(connection.lastInsertedRowID),
            ]
        }
        #expect(counts == [3, 2, 0, 0, 1, 40])
    }

    @Test func `rows can be read one after another while the same statement runs within`() async throws {
        let pairs = try await database.write { connection in
            try connection.execute("INSERT INTO parents VALUES (1), (2)")
            var pairs: [[Int]] = []
            try connection.forEach("SELECT id FROM parents ORDER BY id") { outer in
                for inner in try connection.query("SELECT id FROM parents ORDER BY id") {
                    pairs.append([try outer[0], try inner[0]])
                }
            }
            return pairs
        }
        #expect(pairs == [[1, 1], [1, 2], [2, 1], [2, 2]])
    }

    @Test(
        arguments: [
            ("INSERT INTO children VALUES (1, 9, 'a', 20)", .foreignKey, "", "FOREIGN KEY constraint failed"),
            (
                "INSERT INTO children VALUES (1, NULL, NULL, 20)", .notNull, "children.name",
                "NOT NULL constraint failed: children.name"
            ),
            ("INSERT INTO children VALUES (1, NULL, 'a', 17)", .check, "adult", "CHECK constraint failed: adult"),
            (
                "INSERT INTO children VALUES (7, NULL, 'a', 20)", .primaryKey, "children.id",
                "UNIQUE constraint failed: children.id"
            ),
            (
                "INSERT INTO children VALUES (8, NULL, 'taken', 20)", .unique, "children.name",
                "UNIQUE constraint failed: children.name"
            ),
        ] as [(String, SQLiteError.Constraint, String, String)])
    func `a constraint says its kind and name`(
        sql: String, kind: SQLiteError.Constraint, name: String, reason: String
    ) async throws {
        try await database.write { try $0.execute("INSERT INTO children VALUES (7, NULL, 'taken', 20)") }
        await #expect(
            throws: SQLiteError(.constraint(kind, name: name), "Cannot execute \"\(sql)\": \(reason).")
        ) {
            try await database.write { try $0.execute(sql) }
        }
    }

    @Test(arguments: [
        ("SELEC 1", "Cannot prepare \"SELEC 1\": near \"SELEC\": syntax error."),
        ("SELECT ?", "Cannot execute \"SELECT ?\": it has 1 parameters, and 0 were given."),
        (
            "SELECT 1; SELECT 2",
            "Cannot prepare \"SELECT 1; SELECT 2\": exactly one statement is expected; use executeScript."
        ),
        (
            "SELECT 1; nonsense",
            "Cannot prepare \"SELECT 1; nonsense\": exactly one statement is expected; use executeScript."
        ),
        ("  -- nothing", "Cannot prepare \"-- nothing\": exactly one statement is expected; use executeScript."),
    ])
    func `wrong SQL is explained`(sql: String, message: String) async throws {
        await #expect(throws: SQLiteError(.misuse, message)) {
            try await database.write { try $0.execute(sql) }
        }
    }

    @Test func `a comment behind a statement is no second one`() async throws {
        #expect(try await database.read { try $0.one("SELECT 1; -- one\n ;")?.values } == [1])
    }

    @Test func `a savepoint that fails undoes its part only`() async throws {
        struct Stop: Error {}
        let ids = try await database.write { connection in
            try connection.execute("INSERT INTO parents VALUES (1)")
            do {
                try connection.savepoint {
                    try connection.execute("INSERT INTO parents VALUES (2)")
                    try connection.savepoint { _ = try connection.execute("INSERT INTO parents VALUES (3)") }
                    throw Stop()
                }
            } catch is Stop {
                try connection.execute("INSERT INTO parents VALUES (5)")
            }
            try connection.savepoint { _ = try connection.execute("INSERT INTO parents VALUES (4)") }
            return try connection.query("SELECT id FROM parents ORDER BY id").map { row throws in try row[0] as Int }
        }
        #expect(ids == [1, 4, 5])
    }
}
