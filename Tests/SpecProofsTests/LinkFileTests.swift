import SpecProofs
import Testing

@Suite("links.json")
struct LinkFileTests {
    @Test(
        "each fault is one sentence with the line and what to do",
        arguments: [
            ("", "links.json, line 1: it is no JSON"), ("[]", "links.json, line 1: it has no \"version\""),
            ("{\"version\":1}", "links.json, line 1: it has no list of \"links\""),
            (
                "{\"version\":2,\"links\":[]}",
                "links.json, line 1: it is of version 2, and this Vencejo reads 1 and older"
            ),
            (
                "{\"version\":1,\"links\":[\n{\"requirement\":\"FR-001\",\"state\":\"proven\",\"hash\":\"a\"},\n{\"requirement\":\"FR-001\",\"state\":\"claimed\",\"hash\":\"b\"},\n{\"end\":true}\n]}\n",
                "links.json, line 3: it says twice what it says of FR-001"
            ),
            (
                "{\"version\":1,\"links\":[\n{\"requirement\":\"R1\",\"state\":\"proven\",\"hash\":\"a\"},\n{\"end\":true}\n]}\n",
                "links.json, line 2: it names 'R1', which is no id such as FR-001"
            ),
            (
                "{\"version\":1,\"links\":[\n{\"requirement\":\"FR-001\",\"state\":\"done\",\"hash\":\"a\"},\n{\"end\":true}\n]}\n",
                "links.json, line 2: it does not say whether FR-001 was proven, claimed or open"
            ),
            (
                "{\"version\":1,\"links\":[\n{\"requirement\":\"FR-001\",\"test\":\"a#b\",\"hash\":\"a\"},\n{\"end\":true}\n]}\n",
                "links.json, line 2: it links FR-001, of which it records nothing"
            ),
            (
                "{\"version\":1,\"links\":[\n{\"task\":\"T001\",\"done\":true,\"hash\":\"a\"},\n{\"task\":\"T001\",\"commit\":\"12\",\"hash\":\"a\"},\n{\"end\":true}\n]}\n",
                "links.json, line 3: it names '12', which is no whole id of a commit"
            ),
            (
                "{\"version\":1,\"links\":[\n{\"x\":1},\n{\"end\":true}\n]}\n",
                "links.json, line 2: it has a link of neither a requirement nor a task"
            ),
            ("{\n<<<<<<< HEAD\n}", "links.json, line 2: an unresolved git conflict"),
        ])
    func faults(_ text: String, _ wanted: String) {
        do throws(ProofError) {
            _ = try LinkFile(parsing: Array(text.utf8), path: "links.json")
            Issue.record("nothing was found")
        } catch {
            #expect(error.message.hasPrefix(wanted))
            #expect(error.message.contains(";"))
        }
    }

    @Test("two branches that link different things merge line by line")
    func lines() throws {
        func text(_ ids: [String]) throws -> [String] {
            let links = ids.map { "{\"requirement\":\"\($0)\",\"state\":\"proven\",\"hash\":\"a\"},\n" }.joined()
            let file = try LinkFile(
                parsing: Array("{\"version\":1,\"links\":[\n\(links){\"end\":true}\n]}\n".utf8), path: "links.json")
            return file.text.split(separator: "\n").map(String.init)
        }
        let base = try text(["FR-002", "FR-004"])
        for more in ["FR-001", "FR-003", "FR-010"] {
            let changed = try text(["FR-002", "FR-004", more])
            // One line came, and no other changed.
            #expect(changed.filter { !base.contains($0) }.count == 1)
            #expect(base.allSatisfy(changed.contains))
        }
    }
}
