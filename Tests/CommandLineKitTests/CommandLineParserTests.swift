import CommandLineKit
import Testing

@Suite struct CommandLineParserTests {
    private func arguments(_ line: String, path: [String]) throws -> ParsedArguments {
        let result = Sample.parser.parse(line.split(separator: " ").map(String.init))
        guard case .run(path, let parsed) = result else {
            Issue.record("\(line) gave \(result)")
            throw UsageError.none
        }
        return parsed
    }

    private func failure(_ line: String) -> UsageError? {
        guard case .failure(let error) = Sample.parser.parse(line.split(separator: " ").map(String.init)) else {
            return nil
        }
        return error
    }

    @Test func `options and positionals may be mixed`() throws {
        let parsed = try arguments(
            "fly -y north --speed fast coast --with ann --with=bob", path: ["fly"])
        #expect(parsed.flag("--yes"))
        #expect(parsed.flag("-y"))
        #expect(!parsed.flag("--quiet"))
        #expect(parsed.value("speed") == "fast")
        #expect(parsed.values("--with") == ["ann", "bob"])
        #expect(parsed.positional("PLACE") == "north")
        #expect(parsed.positionals("VIA") == ["coast"])
    }

    @Test(arguments: ["--home=/x -q nests list", "nests --home /x -q list", "nests list -q --home /x"])
    func `global options are taken anywhere`(line: String) throws {
        let parsed = try arguments(line, path: ["nests", "list"])
        #expect(parsed.value("--home") == "/x")
        #expect(parsed.flag("--quiet"))
        #expect(parsed.positional("TREE") == nil)
    }

    @Test(arguments: ["-s fast", "-s=fast", "-sfast", "-qysfast", "--speed=fast", "--speed slow -s fast"])
    func `a value may be written in several ways`(options: String) throws {
        let parsed = try arguments("fly north \(options)", path: ["fly"])
        #expect(parsed.value("--speed") == "fast")
        #expect(parsed.flag("-y") == options.contains("y"))
    }

    @Test func `two dashes end the options`() throws {
        let parsed = try arguments("fly -y -- --speed --help", path: ["fly"])
        #expect(parsed.positional("PLACE") == "--speed")
        #expect(parsed.positionals("VIA") == ["--help"])
        #expect(parsed.value("--speed") == nil)
    }

    @Test func `a value may begin with a dash and may be empty`() throws {
        let parsed = try arguments("fly - --with -5 --with=", path: ["fly"])
        #expect(parsed.values("--with") == ["-5", ""])
        #expect(parsed.positional("PLACE") == "-")
    }

    @Test func `a hidden command can be run`() throws {
        let parsed = try arguments("molt -q", path: ["molt"])
        #expect(parsed.flag("--quiet"))
    }

    @Test(arguments: [
        ("fyl", UsageError.Code.unknownCommand, #""falcon" has no subcommand "fyl"; did you mean fly?"#),
        ("walk", .unknownCommand, #""falcon" has no subcommand "walk"; it has fly, nests."#),
        ("molts", .unknownCommand, #""falcon" has no subcommand "molts"; it has fly, nests."#),
        ("nests lsit", .unknownCommand, #""falcon nests" has no subcommand "lsit"; did you mean list?"#),
        ("help nest", .unknownCommand, #""falcon" has no subcommand "nest"; did you mean nests?"#),
        ("nests", .missingCommand, #""falcon nests" needs a subcommand: list, drop."#),
        ("", .missingCommand, #""falcon" needs a subcommand: fly, nests."#),
        ("nests list --jsno", .unknownOption, #""falcon nests list" has no option --jsno; did you mean --json?"#),
        ("nests list --xyzzy", .unknownOption, #""falcon nests list" has no option --xyzzy."#),
        ("fly north -yz", .unknownOption, #""falcon fly" has no option -z."#),
        ("fly --speed", .missingValue, "--speed needs a value: --speed SPEED."),
        ("fly --speed --yes", .missingValue, "--speed needs a value: --speed SPEED."),
        ("fly --speed=fats", .invalidChoice, #"--speed must be one of slow, fast, not "fats"; did you mean fast?"#),
        ("fly -s warp9", .invalidChoice, #"-s must be one of slow, fast, not "warp9"."#),
        ("fly --yes=no", .unexpectedValue, "--yes takes no value."),
        ("fly", .missingArgument, #""falcon fly" needs the argument PLACE."#),
        ("nests list a b", .extraArgument, #""falcon nests list" does not take the extra argument "b"."#),
        ("nests drop all", .extraArgument, #""falcon nests drop" does not take the extra argument "all"."#),
    ])
    func `a mistake is named`(line: String, code: UsageError.Code, message: String) {
        let error = failure(line)
        #expect(error?.code == code)
        #expect(error?.message == message)
    }

    @Test(arguments: [
        ("fly", "Usage: falcon fly [OPTIONS] PLACE [VIA...]"),
        ("nests", "Usage: falcon nests [OPTIONS] COMMAND"),
        ("nests list a b", "Usage: falcon nests list [OPTIONS] [TREE]"),
        ("wlak", "Usage: falcon [OPTIONS] COMMAND"),
    ])
    func `a mistake carries the usage of the command reached`(line: String, usage: String) {
        #expect(failure(line)?.usage == usage)
    }

    @Test(arguments: ["--version", "nests --version", "fly --version --bogus"])
    func `the version is a line`(line: String) {
        #expect(Sample.parser.parse(line.split(separator: " ").map(String.init)) == .version("falcon 1.2.3"))
    }

    @Test(arguments: [
        "help nests list", "nests list --help", "nests list -h x y z", "nests list --bogus -h", "-q nests list -qh",
    ])
    func `help is found anywhere`(line: String) {
        let result = Sample.parser.parse(line.split(separator: " ").map(String.init))
        #expect(result == Sample.parser.parse(["nests", "list", "--help"]))
        guard case .help(let text) = result else { return }
        #expect(text.hasPrefix("Usage: falcon nests list [OPTIONS] [TREE]\n\nList the nests.\n"))
    }

    @Test func `an option of a command hides a global one`() {
        let root = CommandSpec(
            "a", summary: "", options: [.value("-h", "--host", placeholder: "HOST", help: "")])
        let parser = CommandLineParser(root: root, globalOptions: [.flag("-h", help: "")], version: "1")
        guard case .run([], let parsed) = parser.parse(["-h", "there"]) else {
            Issue.record("not run")
            return
        }
        #expect(parsed.value("--host") == "there")
    }
}

extension UsageError {
    /// What a test throws after it recorded its issue.
    fileprivate static var none: any Error { CancellationError() }
}
