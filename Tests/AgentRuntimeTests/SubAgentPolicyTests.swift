import AgentRuntime
import Policy
import Testing
import Tools

/// Whatever an agent starts, it is allowed no more than the agent that starts it.
@Suite struct SubAgentPolicyTests {
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `No chance of policies gives a child more than its parent`(seed: UInt64) throws {
        var chance = Chance(state: seed)
        let tools = [
            "read_file", "search", "edit_file", "apply_patch", "write_file", "run_command", "spawn_agent", "finish",
        ]
        let patterns = ["**", "src/**", "specs/**", "*.md", "src/a.py", "tests/**", "src/deep/**"]
        let paths = [
            "README.md", "src/a.py", "src/deep/b.py", "specs/1/spec.md", "tests/t.py", ".env", "x/../src/a.py",
        ]
        let mine = PathRules(allow: chance.some(of: patterns), deny: chance.some(of: patterns))
        let parentTools = Set(chance.some(of: tools))
        let listed = chance.some(of: tools).joined(separator: ", ")
        func globs(_ texts: [String]) -> String { "[\(texts.map { "\"\($0)\"" }.joined(separator: ", "))]" }
        let agent = try AgentDefinition(
            parsing: """
                ---
                name: x
                description: x
                tools: [finish\(listed.isEmpty ? "" : ", ")\(listed)]
                may_write: \(globs(chance.some(of: patterns)))
                may_not_write: \(globs(chance.some(of: patterns)))
                ---
                """, file: "x.md")
        var request = SpawnRequest(agent: "x", task: "y")
        if chance.coin { request.tools = chance.some(of: tools) }
        if chance.coin { request.files = chance.some(of: patterns) }

        let depth = Int(chance.next() % 3)
        let given = SubAgents.tools(of: agent, for: request, parent: parentTools, depth: depth)
        var allowed = parentTools.union(["finish"])
        if allowed.contains("edit_file") || allowed.contains("apply_patch") {
            allowed.formUnion(["edit_file", "apply_patch"])
        }
        #expect(given.isSubset(of: allowed))
        #expect(given.isSubset(of: agent.tools.union(["finish"])))
        if let wanted = request.tools { #expect(given.isSubset(of: Set(wanted).union(["finish"]))) }
        if depth >= SubAgents.deepest { #expect(!given.contains("spawn_agent")) }

        let writes = SubAgents.writes(of: agent, for: request, parent: mine)
        for path in paths where writes.decide(path, for: .write) == .allow {
            #expect(mine.decide(path, for: .write) == .allow, "\(path)")
            #expect(agent.writes.decide(path, for: .write) == .allow, "\(path)")
            if let files = request.files, !files.isEmpty {
                #expect(PathRules(allow: files).decide(path, for: .write) == .allow, "\(path)")
            } else if request.files != nil {
                Issue.record("\(path) may be written although no file is named")
            }
        }
    }
}

private struct Chance {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    var coin: Bool { mutating get { next() % 2 == 0 } }

    mutating func some(of all: [String]) -> [String] {
        var chosen: [String] = []
        for one in all where coin { chosen.append(one) }
        return chosen
    }
}
