import Conversation
import Files
import JSON
import JSONSchema
import Policy
import Testing
import Tools

struct ToolCatalogueTests {
    static let names = [
        "read_file", "list_files", "search", "find_symbol", "analyze_specs", "show_spec", "edit_file", "apply_patch",
        "write_file", "run_command",
        "run_unit_tests",
        "run_integration_tests", "check_code_coverage", "run_linter", "fix_lint", "check_security",
        "analyze_complexity", "check_dependencies", "performance_test", "ask_user", "finish",
    ]

    private func fault(_ name: String, _ arguments: ToolCall.Arguments) throws -> String? {
        switch try ToolCatalogue.builtIn().arguments(of: ToolCall(id: "1", name: name, arguments: arguments)) {
        case .success: nil
        case .failure(let fault): fault.text
        }
    }

    @Test func `A verification is decided with its kind, paths and filter, and as a command for permissions`()
        async throws
    {
        let tool = try #require(try ToolCatalogue.builtIn().tool(named: "run_unit_tests"))
        let context = ToolContext(root: "/w", paths: PathRules(), searchPath: "/bin")
        let decision = try await tool.decide(["paths": ["tests/a b.py"], "filter": "it's"], in: context)
        let request = VerificationRequest(kind: "unit-tests", paths: ["tests/a b.py"], filter: "it's")
        #expect(decision == .verify(request))
        #expect(request.commandLine == #"verify --kind unit-tests --filter 'it'\''s' 'tests/a b.py'"#)
    }

    @Test func `definitions come in one order, whatever is asked for`() throws {
        let catalogue = try ToolCatalogue.builtIn()
        #expect(catalogue.names == Self.names)
        #expect(catalogue.definitions(of: Set(Self.names.shuffled())).map(\.name) == Self.names)
        #expect(catalogue.definitions(of: ["finish", "read_file", "unknown"]).map(\.name) == ["read_file", "finish"])
    }

    @Test(arguments: names)
    func `every tool has a strict schema and says what it does`(name: String) throws {
        let definition = try #require(try ToolCatalogue.builtIn().tool(named: name)).definition
        #expect(definition.name == name)
        #expect(definition.description.count > 40)
        #expect(definition.parameters["type"] == "object")
        #expect(definition.parameters["additionalProperties"] == false)
        let schema = try Schema(definition.parameters)
        #expect(!schema.violations(of: ["no_such_argument": 1]).isEmpty)
    }

    @Test func `broken JSON goes back with its reason`() throws {
        let text = try #require(try fault("read_file", .init(streamed: #"{"path": "a"#)))
        #expect(text.hasPrefix("the arguments of read_file are not valid JSON: "))
        #expect(text.hasSuffix(" Send the call again."))
    }

    @Test func `violations name their places`() throws {
        let arguments: JSONValue = ["path": "a", "edits": [["old_text": 3, "new_text": "x"]]]
        let text = try #require(try fault("edit_file", .json(arguments)))
        #expect(text.hasPrefix("the arguments of edit_file do not fit its schema:\n- /edits/0/old_text: "), "\(text)")
        let missing = try #require(try fault("write_file", .json(["path": "a"])))
        #expect(missing.contains("content"), "\(missing)")
        let unknown = try #require(try fault("read_file", .json(["pth": "a"])))
        #expect(unknown.contains("pth") && unknown.contains("path"), "\(unknown)")
    }

    @Test func `a tool that does not exist is named`() throws {
        #expect(try fault("delete_all", .json([:])) == "there is no tool named 'delete_all'")
    }

    @Test func `valid arguments come through as they are`() throws {
        let arguments: JSONValue = ["path": "a", "from_line": 3]
        let call = ToolCall(id: "1", name: "read_file", arguments: .json(arguments))
        #expect(try ToolCatalogue.builtIn().arguments(of: call) == .success(arguments))
    }

    @Test func `commands, questions and the end are decisions for others to carry out`() async throws {
        try await Folder.lend { folder in
            let timed = try await folder.decide(RunCommandTool(), ["command": "make test", "timeout_seconds": 5])
            #expect(timed == .execute(CommandRequest(commandLine: "make test", timeLimit: .seconds(5))))
            let command = try await folder.decide(RunCommandTool(), ["command": "make"])
            #expect(command == .execute(CommandRequest(commandLine: "make", timeLimit: nil)))
            let choice = try await folder.decide(AskUserTool(), ["question": "Which?", "choices": ["a", "b"]])
            #expect(choice == .ask(Question(text: "Which?", choices: ["a", "b"])))
            let question = try await folder.decide(AskUserTool(), ["question": "Which?"])
            #expect(question == .ask(Question(text: "Which?", choices: [])))
            #expect(try await folder.decide(FinishTool(), ["summary": "Done."]) == .finish(summary: "Done."))
        }
    }
}
