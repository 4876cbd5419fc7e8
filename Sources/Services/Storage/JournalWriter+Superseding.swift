import Identity
import Runs
import SQLite
import Timekeeping

/// Moves what a rewound run has left behind out of the way: the same step may have a session again.
extension JournalWriter {
    func supersede(_ record: SupersededRecord) throws {
        switch record {
        case .session(let session):
            let id: [SQLiteValue] = [.text(session.string)]
            for (kind, table) in [("action", "actions"), ("turn", "turns"), ("input", "inputs")] {
                try move(kind, from: table, where: "session = ?", id)
            }
            try move("session", from: "sessions", where: "id = ?", id)
        case .gate(let gate):
            try move("gate", from: "gates", where: "id = ?", [.text(gate.string)])
        case .receipt(let receipt):
            try move("receipt", from: "receipts", where: "id = ?", [.text(receipt.string)])
        }
    }

    private func move(_ kind: String, from table: String, where condition: String, _ id: [SQLiteValue]) throws {
        try connection.execute(
            """
            INSERT INTO superseded (run, at, kind, data)
            SELECT ?, ?, ?, data FROM \(table) WHERE \(condition) ORDER BY \(Self.order(of: table))
            """,
            values: [.text(run.string), .integer(time.milliseconds), .text(kind)] + id)
        try connection.execute("DELETE FROM \(table) WHERE \(condition)", values: id)
    }

    private static func order(of table: String) -> String {
        switch table {
        case "actions": "turn, place"
        case "turns": "number"
        case "inputs": "position"
        default: "id"
        }
    }
}
