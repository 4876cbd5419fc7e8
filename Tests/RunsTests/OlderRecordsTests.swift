import Conversation
import Identity
import JSON
import Money
import Runs
import Testing
import Timekeeping

/// What journals of before hold is read as it was meant.
@Suite struct OlderRecordsTests {
    let ids = IdentifierSource.seeded(7)

    /// The record without the field, as it was written before there was one.
    private func without(_ field: String, _ value: some Encodable) throws -> JSONValue {
        guard case .object(let object) = try JSONCoding.encode(value) else { throw NoObject() }
        return .object(JSONObject(object.filter { $0.key != field }.map { ($0.key, $0.value) }))
    }

    struct NoObject: Error {}

    @Test func `an input names no model that takes over`() throws {
        let session: SessionID = ids.next()
        let input = SessionInput(session: session, afterTurn: 2, text: "Go on.")
        #expect(try JSONCoding.decode(SessionInput.self, from: without("model", input)) == input)
        let taking = SessionInput(session: session, afterTurn: 2, text: "Go on.", model: "a/b")
        #expect(try JSONCoding.decode(SessionInput.self, from: JSONCoding.encode(taking)) == taking)
    }

    @Test func `a charge has a price, and a turn too`() throws {
        let charge = Charge(
            id: ids.next(), reservation: ids.next(), run: ids.next(), session: ids.next(), step: .plan, agent: "a",
            turn: 1, model: "a/b", usage: .zero, cost: .zero, outcome: .answered, milliseconds: 1,
            firstEventMilliseconds: nil, at: .epoch)
        #expect(try JSONCoding.decode(Charge.self, from: without("isUnpriced", charge)) == charge)
        let event = RunEvent.turnFinished(
            session: ids.next(), turn: 1, usage: .zero, cost: .zero, text: "", calls: [])
        guard case .object(let outer) = try JSONCoding.encode(event), let inner = outer["turnFinished"],
            case .object(let fields) = inner
        else { throw NoObject() }
        let old: JSONValue = [
            "turnFinished": .object(
                JSONObject(fields.filter { $0.key != "isUnpriced" }.map { ($0.key, $0.value) }))
        ]
        #expect(try JSONCoding.decode(RunEvent.self, from: old) == event)
    }
}
