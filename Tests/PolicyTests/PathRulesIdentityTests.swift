import Policy
import Testing

@Suite("The identity of path rules")
struct PathRulesIdentityTests {
    @Test("tells the patterns of every layer and nothing of the process")
    func patterns() {
        let rules = PathRules(allow: ["src"], deny: ["*.key"]).narrowed(by: PathRules(deny: ["a\"b"]))
        #expect(rules.identity == "allow [\"src\"] deny [\"*.key\"]\nallow [] deny [\"a\\\"b\"]")
    }

    @Test("patterns match names outside of ASCII and in either case as before")
    func names() {
        #expect(PathRules().decide("Über/.ENV", for: .read) != .allow)
        #expect(PathRules(deny: ["über/*.txt"]).decide("über/straße.txt", for: .read) != .allow)
        #expect(PathRules(deny: ["a/B"]).decide("a/b", for: .read) == .allow)
    }
}
