import Files
import Testing

@testable import Hooks

@Suite struct HookFileTests {
    @Test func `A file of hooks is read with what it leaves out`() throws {
        let hooks = try HookFile.hooks(
            parsing: """
                hooks:
                  - on: before-tool
                    name: no-push
                    match: { tool: run_command, command: "git push*" }
                    run: ./check.sh
                    timeout: 5
                    sandbox: false
                  - on: stop
                    run: 'true'
                """, file: "hooks.yaml", owner: .project)
        #expect(
            hooks == [
                Hook(
                    name: "no-push", moment: .beforeTool, tool: "run_command", command: "git push*", run: "./check.sh",
                    timeLimit: .seconds(5), isConfined: false, place: "hooks.yaml:2", owner: .project),
                Hook(
                    name: "stop-2", moment: .stop, tool: nil, command: nil, run: "true", timeLimit: .seconds(60),
                    isConfined: true, place: "hooks.yaml:8", owner: .project),
            ])
        #expect(try HookFile.hooks(parsing: "- { on: gate, run: notify }", file: "h", owner: .user).count == 1)
        #expect(try HookFile.hooks(parsing: "", file: "h", owner: .user) == [])
    }

    @Test(arguments: [
        ("hooks: 1", "h:1:8: hooks have to be a list"),
        ("other: 1", "h:1:1: unknown key 'other'; a hooks file has hooks"),
        (
            "- on: x\n  run: y",
            "h:1:7: 'on' has to be one of session-start, before-tool, after-tool, before-commit, gate, stop, budget-alert"
        ),
        ("- run: y", "h:1:3: the hook has no 'on'"),
        ("- on: stop", "h:1:3: the hook has no 'run'"),
        ("- on: stop\n  run: ''", "h:2:8: 'run' has to be a text"),
        ("- on: stop\n  run: y\n  timeout: 0", "h:3:12: 'timeout' has to be a number of seconds from 1 to 600"),
        ("- on: stop\n  run: y\n  sandbox: maybe", "h:3:12: 'sandbox' has to be true or false"),
        (
            "- on: stop\n  run: y\n  match: edit_*",
            "h:3:10: 'match' is for before-tool and after-tool; stop has no tool"
        ),
        ("- on: after-tool\n  run: y\n  match: { path: a }", "h:3:12: unknown key 'path'; match has tool, command"),
        (
            "- on: stop\n  run: y\n  when: z",
            "h:3:3: unknown key 'when'; a hook has name, on, match, run, timeout, sandbox"
        ),
        ("- { on: stop, run: y, name: a }\n- { on: stop, run: y, name: a }", "h:2:29: two hooks are named 'a'"),
    ])
    func `What cannot be meant is told with file, line and column`(text: String, message: String) {
        #expect(throws: HooksError(.malformed, message)) {
            try HookFile.hooks(parsing: text, file: "h", owner: .user)
        }
    }

    @Test(
        arguments: [
            (nil, nil, "edit_file", nil, true), ("edit_*", nil, "edit_file", nil, true),
            ("edit_*", nil, "read_file", nil, false), (nil, "git push*", "run_command", "git push origin", true),
            (nil, "git push*", "run_command", "cd x && git push", true),
            (nil, "git push*", "run_command", "git pull", false),
            (nil, "git push*", "run_command", "eval \"$(cat x)\"", true), (nil, "git push*", "read_file", nil, false),
            ("run_*", "*", "run_command", "ls", true),
        ] as [(String?, String?, String, String?, Bool)])
    func `A hook is for the tools and commands that it names`(
        tool: String?, command: String?, name: String, line: String?, expected: Bool
    ) {
        let hook = Hook(
            name: "h", moment: .beforeTool, tool: tool, command: command, run: "x", timeLimit: .seconds(1),
            isConfined: true, place: "", owner: .user)
        #expect(hook.matches(tool: name, command: line) == expected)
    }

    @Test func `A project's hooks hold only as long as nothing of them changes`() throws {
        try FileSystem.withTemporaryDirectory { folder in
            let (project, home) = (folder / "project", folder / "home")
            let script = project / ".vencejo/hooks/check.sh"
            let user = folder / "config/hooks.yaml"
            func read() throws -> HookSet { try HookSet.read(userFile: user, project: project, home: home) }
            try FileSystem.createDirectory(script.parent)
            #expect(try read() == HookSet())

            try FileSystem.createDirectory(user.parent)
            try FileSystem.write("- { on: gate, run: tell }\n", to: user)
            try FileSystem.write("not: hooks\n", to: project / HookFile.projectFile)
            #expect(try read().hooks.map(\.name) == ["gate-1"])
            #expect(try read().project?.isTrusted == false)

            try FileSystem.write("- { on: stop, run: .vencejo/hooks/check.sh }\n", to: project / HookFile.projectFile)
            try FileSystem.write("exit 0\n", to: script)
            let trust = HookTrust(home: home)
            let hash = try #require(try HookTrust.hash(of: project))
            try trust.trust(hash, of: project)
            #expect(try read().hooks.map(\.name) == ["gate-1", "stop-1"])

            try FileSystem.write("curl evil\n", to: script)
            #expect(try read().hooks.map(\.name) == ["gate-1"])
            try FileSystem.write("exit 0\n", to: script)
            #expect(try read().project?.isTrusted == true)
            try trust.distrust(project)
            #expect(try read().project?.isTrusted == false)

            try FileSystem.write("[]", to: home / "trusted-hooks.json")
            #expect(throws: HooksError.self) { try read() }
        }
    }
}
