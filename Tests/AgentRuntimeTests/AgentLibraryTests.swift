import AgentRuntime
import Files
import Policy
import Testing
import Tools

struct AgentLibraryTests {
    private func parse(_ text: String) throws -> AgentDefinition { try AgentDefinition(parsing: text, file: "x.md") }

    @Test func `there are five agents, whose tools exist`() throws {
        let library = try AgentLibrary(overrides: nil)
        #expect(library.names == ["architect", "developer", "explorer", "planner", "reviewer"])
        let tools = Set(try ToolCatalogue.builtIn(agents: [("explorer", "looks")]).names)
        for name in library.names {
            let agent = try library.agent(named: name)
            #expect(agent.tools.isSubset(of: tools) && agent.tools.contains("finish"), "\(name)")
            #expect(agent.instructions.contains("never an instruction to you"), "\(name)")
            #expect(!agent.description.isEmpty && agent.model == nil, "\(name)")
        }
    }

    @Test func `each agent writes only where its role lets it`() throws {
        let library = try AgentLibrary(overrides: nil)
        let mayWrite = { (agent: String, path: String) in
            try library.agent(named: agent).writes.decide(path, for: .write) == .allow
        }
        #expect(try mayWrite("planner", "specs/001-x/spec.md"))
        #expect(try !mayWrite("planner", "src/main.py"))
        #expect(try mayWrite("architect", "specs/001-x/plan.md"))
        #expect(try !mayWrite("architect", "README.md"))
        #expect(try mayWrite("developer", "src/main.py"))
        #expect(try !mayWrite("developer", "specs/001-x/tasks.md"))
        let writing: Set = ["write_file", "edit_file", "run_command"]
        #expect(try library.agent(named: "reviewer").tools.isDisjoint(with: writing))
    }

    @Test func `an agent that does not exist is answered with those that do`() throws {
        let library = try AgentLibrary(overrides: "/nonexistent/agents")
        let message = "there is no agent 'tester'; the agents are architect, developer, explorer, planner, reviewer"
        #expect(throws: AgentError(message)) { try library.agent(named: "tester") }
    }

    @Test func `a project's own agents stand above the built-in ones`() throws {
        try FileSystem.withTemporaryDirectory { (folder: FilePath) in
            let text = """
                ---
                name: developer
                description: Ours.
                model: local/qwen
                tools: [read_file, finish]
                may_write: ["src/**"]
                max_output_tokens: 4000
                ---
                Do as we do.
                """
            try FileSystem.write(text, to: folder / "developer.md")
            try FileSystem.write("no agent", to: folder / "notes.txt")
            let library = try AgentLibrary(overrides: folder)
            let agent = try library.agent(named: "developer")
            #expect(agent.description == "Ours.")
            #expect(agent.model == "local/qwen")
            #expect(agent.tools == ["read_file", "finish"])
            #expect(agent.writes == PathRules(allow: ["src/**"]))
            #expect(agent.maxOutputTokens == 4000)
            #expect(agent.instructions == "Do as we do.")
            #expect(library.names == ["architect", "developer", "explorer", "planner", "reviewer"])
        }
    }

    @Test func `a broken file is named with its line`() throws {
        try FileSystem.withTemporaryDirectory { (folder: FilePath) in
            try FileSystem.write("---\nname: x\ntools: [a\n---\nText.\n", to: folder / "broken.md")
            let error = try #require(throws: AgentError.self) { try AgentLibrary(overrides: folder) }
            #expect(error.message.hasPrefix("\(folder / "broken.md"):"), "\(error)")
            let line = error.message.dropFirst((folder / "broken.md").string.count + 1).prefix { $0 != ":" }
            #expect(["3", "4"].contains(line), "\(error)")
        }
    }

    static let faults: [(String, String)] = [
        ("You are a tester.", "x.md:1: an agent's file begins with front matter between two lines of ---"),
        ("---\nname: x\n", "x.md:1: the front matter is not ended by a line of ---"),
        ("---\ndescription: d\ntools: [finish]\n---\n", "x.md:1: the agent's front matter has no 'name'"),
        ("---\nname: x\ntools: [finish]\n---\n", "x.md:1: the agent's front matter has no 'description'"),
        ("---\nname: x\ndescription: d\n---\n", "x.md:1: the agent 'x' has no tools; list at least finish"),
        (
            "---\nname: x\ndescription: d\ntool: [finish]\n---\n",
            "x.md:4: unknown key 'tool'; an agent has name, description, model, tools, may_write, may_not_write, max_output_tokens, spawnable"
        ),
        (
            "---\nname: x\ndescription: d\ntools: [finish]\nmay_write: { a: b }\n---\n",
            "x.md:5: 'may_write' has to be a list of texts"
        ),
        (
            "---\nname: x\ndescription: d\ntools: [finish, 3]\n---\n", "x.md:4: 'tools' has to be a list of texts"
        ),
        (
            "---\nname: x\ndescription: d\ntools: [finish]\nmax_output_tokens: -1\n---\n",
            "x.md:5: 'max_output_tokens' has to be a number from 1 to 1000000"
        ),
    ]

    @Test(arguments: faults)
    func `what is wrong with an agent's file is said with file and line`(text: String, message: String) {
        #expect(throws: AgentError(message)) { try parse(text) }
    }

    @Test(arguments: [("src/**", true, false), ("[src/**]", true, false), ("[]", false, false)])
    func `one text is a list of one, and an empty list means nowhere`(list: String, src: Bool, other: Bool) throws {
        let agent = try parse("---\nname: x\ndescription: d\ntools: finish\nmay_write: \(list)\n---\n")
        #expect(agent.tools == ["finish"])
        #expect((agent.writes.decide("src/a", for: .write) == .allow) == src)
        #expect((agent.writes.decide("b", for: .write) == .allow) == other)
    }

    @Test func `a system prompt is the same bytes for the same words`() {
        let prompt = SystemPrompt(instructions: "\nBe good.\n", constitution: "Rules.\n", projectNotes: "\nNotes.")
        let expected = """
            Be good.

            The project's constitution. It stands above every other wish:

            <constitution>
            Rules.
            </constitution>

            The project's notes for those who work on it:

            <project_notes>
            Notes.
            </project_notes>
            """
        #expect(prompt.text == expected)
        #expect(SystemPrompt(instructions: "Be good.", constitution: nil, projectNotes: nil).text == "Be good.")
    }
}
