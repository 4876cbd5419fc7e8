import CommandLineKit
import Commands
import Testing

@Suite("The command line (U1)")
struct CommandTreeTests {
    private let parser = CommandLineParser(
        root: CommandTree.root, globalOptions: CommandTree.globalOptions, version: "0")

    @Test("has every command of the first version, each with an example")
    func commands() {
        let names = CommandTree.root.subcommands.filter { !$0.isHidden }.map(\.name)
        #expect(
            names == [
                "init", "run", "runs", "verify", "receipts", "gates", "workflows", "hooks", "specs", "costs", "serve",
                "keys", "cache",
                "map", "models",
                "doctor", "demo",
                "config",
                "completions",
            ])
        let runs = CommandTree.root.subcommands.first { $0.name == "runs" }?.subcommands.map(\.name)
        #expect(
            runs == [
                "list", "show", "watch", "resume", "cancel", "rollback", "diff", "fork", "rewind", "undo", "snapshots",
                "restore",
                "clean", "merge", "receipts",
            ])
        for command in CommandTree.root.subcommands where !command.isHidden {
            for leaf in command.subcommands.isEmpty ? [command] : command.subcommands {
                #expect(!leaf.examples.isEmpty, "\(command.name) \(leaf.name) has no example")
            }
        }
    }

    @Test("understands its own examples")
    func examples() {
        func check(_ command: CommandSpec) {
            for example in command.examples {
                let line = example.split(separator: "|")[0].split(separator: ">")[0]
                let words = Self.words(String(line)).dropFirst()
                guard case .run = parser.parse(Array(words)) else {
                    Issue.record("'\(example)' is not understood")
                    continue
                }
            }
            for below in command.subcommands { check(below) }
        }
        check(CommandTree.root)
    }

    /// Splits at spaces outside of double quotes.
    private static func words(_ line: String) -> [String] {
        line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
        }
    }

    @Test("takes global options before and after the command")
    func globalOptions() {
        guard case .run(let before, let first) = parser.parse(["--json", "-C", "/x", "runs", "list"]),
            case .run(let after, let second) = parser.parse(["runs", "list", "--json", "-C", "/x"])
        else {
            Issue.record("the options are not understood")
            return
        }
        #expect(before == after)
        #expect(first.flag("--json") && second.flag("--json"))
        #expect(first.value("--directory") == "/x" && second.value("--directory") == "/x")
    }
}
