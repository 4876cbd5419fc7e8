import Identity
import Testing
import Timekeeping

struct IDTests {
    // The example of RFC 9562, appendix A.6.
    private static let text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"

    @Test func `the canonical text reads back and shows its time and its random end`() throws {
        let id = try #require(RunID(Self.text))
        #expect(id.string == Self.text)
        #expect("\(id)" == Self.text)
        #expect(id.short == "0c07398f")
        #expect(id.time == Timestamp(iso8601: "2022-02-22T19:22:22Z"))
    }

    @Test(arguments: [
        "", "017f22e2", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-18c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        " 017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4dc0c0c07398f-",
    ])
    func `any other text is refused`(text: String) {
        #expect(RunID(text) == nil)
    }

    @Test(arguments: [
        (text, true), ("017f", true), ("017F22E2-79", true), ("398f", true), ("0C07398F", true),
        ("017", false), ("98f", false), ("", false), ("22e2", false), (text + "0", false),
    ])
    func `an id is meant by its whole, its beginning or its end`(typed: String, expected: Bool) throws {
        #expect(try #require(GateID(Self.text)).matches(typed) == expected)
    }

    @Test func `ids order as their texts do`() {
        let ids = IdentifierSource.system()
        let made = (0..<100).map { _ in ids.next(RunKind.self) }.shuffled()
        #expect(made.sorted().map(\.string) == made.map(\.string).sorted())
    }
}
