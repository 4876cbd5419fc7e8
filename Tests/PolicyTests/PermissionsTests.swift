import Policy
import Testing

@Suite struct `Permission rules` {
    static func rules(_ texts: [String]) throws -> [PermissionRule] { try texts.map { try PermissionRule($0) } }

    struct Case: Sendable, CustomTestStringConvertible {
        var allow: [String] = []
        var ask: [String] = []
        var deny: [String] = []
        var fallback = Permissions.Default.ask
        var command: String
        var expected: CommandPermissionDecision
        var testDescription: String { command }
    }

    @Test(arguments: [
        Case(allow: ["run_command(npm test)"], command: "npm test", expected: .allow),
        Case(
            allow: ["run_command(npm test)"], command: "npm test --watch",
            expected: .ask("no rule allows run_command here")),
        Case(allow: ["run_command(npm test *)"], command: "npm test", expected: .allow),
        Case(allow: ["run_command(npm run test:*)"], command: "npm run test:unit", expected: .allow),
        Case(
            allow: ["run_command(npm test)"], command: "npm test && ls",
            expected: .ask("no rule allows run_command here")),
        Case(
            allow: ["run_command(npm test)", "run_command(ls)"], command: "timeout 5 npm test && ls", expected: .allow),
        Case(
            allow: ["run_command(npm test)"], command: "/tmp/npm test",
            expected: .ask("no rule allows run_command here")),
        Case(
            allow: ["run_command(npm test)"], command: "PATH=/tmp npm test",
            expected: .ask("no rule allows run_command here")),
        Case(allow: ["run_command(npm test)"], command: "npm $X", expected: .ask("no rule allows run_command here")),
        Case(allow: ["run_command(ls *)"], command: "ls $X", expected: .allow),
        Case(allow: ["run_command"], command: "anything at all", expected: .allow),
        Case(
            allow: ["run_command"], deny: ["run_command(make deploy *)"], command: "/usr/bin/make deploy now",
            expected: .deny("the rule run_command(make deploy *) denies it")),
        Case(
            allow: ["run_command"], deny: ["run_command(make deploy)"], command: "make $X",
            expected: .ask("what it does is only known at run time, and the rule run_command(make deploy) may deny it")),
        Case(
            allow: ["run_command(make *)"], ask: ["run_command(make deploy *)"], command: "make deploy",
            expected: .ask("the rule run_command(make deploy *) asks")),
        Case(deny: ["run_command"], fallback: .allow, command: "ls", expected: .deny("the rule run_command denies it")),
        Case(fallback: .deny, command: "ls", expected: .deny("no rule allows run_command here")),
        Case(
            allow: ["*"], command: "git push", expected: .deny("git push: the engine publishes, when the user says so")),
        Case(
            allow: ["run_command(git push *)"], command: "git push",
            expected: .deny("git push: the engine publishes, when the user says so")),
        Case(allow: ["run_command(docker build *)"], command: "docker build .", expected: .allow),
        Case(
            allow: ["run_command"], command: "docker build .",
            expected: .ask("docker build .: a container engine reaches beyond the sandbox")),
    ])
    func `deny goes before ask, ask before allow, and then the default`(test: Case) throws {
        let permissions = Permissions(
            allow: try Self.rules(test.allow), ask: try Self.rules(test.ask), deny: try Self.rules(test.deny),
            fallback: test.fallback)
        #expect(permissions.decide(tool: "run_command", on: .command(test.command)) == test.expected)
    }

    @Test func `rules for files are path patterns behind the path rules`() throws {
        let permissions = Permissions(
            allow: try Self.rules(["write_file(src/**)", "read_*"]), deny: try Self.rules(["write_file(src/vendor/)"]),
            fallback: .deny, paths: PathRules(deny: ["private/"]))
        #expect(permissions.decide(tool: "write_file", on: .write("src/a.py")) == .allow)
        #expect(permissions.decide(tool: "write_file", on: .write("./src//a.py")) == .allow)
        #expect(
            permissions.decide(tool: "write_file", on: .write("src/vendor/a.py"))
                == .deny("the rule write_file(src/vendor/) denies it"))
        #expect(permissions.decide(tool: "write_file", on: .write("a.py")) == .deny("no rule allows write_file here"))
        #expect(permissions.decide(tool: "read_file", on: .read("a.py")) == .allow)
        #expect(
            permissions.decide(tool: "read_file", on: .read("private/x"))
                == .deny("private/x may not be read: it is denied by private/"))
        #expect(
            permissions.decide(tool: "run_command", on: .command("ls > private/x"))
                == .deny("ls: private/x may not be written: it is denied by private/"))
        #expect(permissions.decide(tool: "read_memory") == .allow)
    }

    @Test func `narrowed permissions are never wider than either`() throws {
        let parent = Permissions(allow: try Self.rules(["run_command(npm *)", "run_command(ls *)"]), fallback: .ask)
        let child = Permissions(
            allow: try Self.rules(["run_command"]), deny: try Self.rules(["run_command(npm install *)"]),
            fallback: .allow,
            paths: PathRules(allow: ["docs/**"]))
        let both = parent.narrowed(by: child)
        #expect(both.decide(tool: "run_command", on: .command("npm test")) == .allow)
        #expect(
            both.decide(tool: "run_command", on: .command("npm install x"))
                == .deny("the rule run_command(npm install *) denies it"))
        #expect(both.decide(tool: "run_command", on: .command("make")) == .ask("no rule allows run_command here"))
        #expect(
            both.decide(tool: "read_file", on: .read("src/a")) == child.decide(tool: "read_file", on: .read("src/a")))
        for command in ["npm test", "npm install x", "make", "git push", "docker ps", "$X"] {
            let ranks = [both, parent, child].map { Self.rank($0.decide(tool: "run_command", on: .command(command))) }
            #expect(ranks[0] == max(ranks[1], ranks[2]), "\(command)")
        }
    }

    private static func rank(_ decision: CommandPermissionDecision) -> Int {
        switch decision {
        case .allow: 0
        case .ask: 1
        case .deny: 2
        }
    }

    @Test(arguments: ["", "a b", "a(", "a()", "(x)", "a(x", "a)"])
    func `a malformed rule is refused`(text: String) {
        let error = #expect(throws: PolicyError.self) { try PermissionRule(text) }
        #expect(error?.code == .malformedRule)
    }
}
