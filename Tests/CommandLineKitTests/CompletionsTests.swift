import CommandLineKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct CompletionsTests {
    /// Runs a shell on a script in a file and gives what it printed, nil where it failed.
    private func run(_ shell: String, _ script: String, options: String = "") -> String? {
        var template = Array("/tmp/completions-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { return nil }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        let bytes = Array(script.utf8)
        let written = write(file, bytes, bytes.count)
        close(file)
        guard written == bytes.count, let pipe = popen("\(shell) \(options) \(path) 2>&1", "r") else { return nil }
        var output: [UInt8] = []
        var byte = fgetc(pipe)
        while byte != EOF {
            output.append(UInt8(truncatingIfNeeded: byte))
            byte = fgetc(pipe)
        }
        return pclose(pipe) == 0 ? String(decoding: output, as: UTF8.self) : nil
    }

    private func script(_ shell: Completions.Shell) -> String {
        Completions.script(for: shell, root: Sample.root, globalOptions: Sample.globals)
    }

    private static func has(_ shell: String) -> Bool {
        ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains { access("\($0)/\(shell)", X_OK) == 0 }
    }

    @Test(
        .enabled(if: CompletionsTests.has("bash")),
        arguments: [
            (["falcon", ""], "fly nests help"),
            (["falcon", "f"], "fly"),
            (["falcon", "help", "n"], "nests"),
            (["falcon", "nests", ""], "list drop"),
            (["falcon", "-q", "--home", "fly", "nests", "d"], "drop"),
            (["falcon", "nests", "list", "--"], "--json --quiet --home --help --version"),
            (["falcon", "fly", "--s"], "--speed"),
            (["falcon", "fly", "--speed", ""], "slow fast"),
            (["falcon", "fly", "-s", "f"], "fast"),
            (["falcon", "fly", "--speed", "="], "slow fast"),
            (["falcon", "fly", "--speed", "=", "s"], "slow"),
            (["falcon", "--home", "=", "fly", "nests", "l"], "list"),
            (["falcon", "--home", ""], ""),
            (["falcon", "fly", "--", "--"], ""),
            (["falcon", "molt", "-"], "-q --quiet --home -h --help --version"),
        ])
    func `bash completes`(words: [String], expected: String) {
        let line = words.map { "'\($0)'" }.joined(separator: " ")
        let use = """
            complete -p falcon >/dev/null || exit 1
            COMP_WORDS=(\(line)); COMP_CWORD=\(words.count - 1)
            _falcon_completion; echo "${COMPREPLY[*]}"
            """
        #expect(run("bash", script(.bash) + use, options: "--norc") == expected + "\n")
    }

    @Test func `quotes in texts do not break out of the script`() {
        let root = CommandSpec(
            "it", summary: "", subcommands: [CommandSpec("go", summary: "It's `date` $(id) \\ done: yes")])
        let zsh = Completions.script(for: .zsh, root: root, globalOptions: [])
        #expect(zsh.contains(#"'go:It'\''s `date` $(id) \ done: yes'"#))
        let fish = Completions.script(for: .fish, root: root, globalOptions: [])
        #expect(fish.contains(#"-a 'go' -d 'It\'s `date` $(id) \\ done: yes'"#))
    }

    @Test func `zsh is told commands, options and choices with their descriptions`() {
        let text = script(.zsh)
        #expect(text.hasPrefix("#compdef falcon\n"))
        #expect(text.contains("proposals=('list:List the nests.' 'drop:Drop a nest.')"))
        #expect(text.contains("'-y:Ask nothing.' '--yes:Ask nothing.'"))
        #expect(text.contains("('/fly:-s'|'/fly:--speed') choices=('slow' 'fast') ;;"))
        #expect(!text.contains("'molt:"))
    }

    @Test func `fish is told commands, options and choices with their descriptions`() {
        let text = script(.fish)
        let start = #"complete -c falcon -n '_falcon_completion_at \'/nests\''"#
        #expect(text.contains("\(start) -f -a 'drop' -d 'Drop a nest.'\n"))
        #expect(text.contains("-s 's' -l 'speed' -d 'How fast.' -x -a 'slow fast'\n"))
        #expect(text.contains("case '/nests:list'\n                    set path '/nests/list'\n"))
        #expect(!text.contains("-a 'molt'"))
    }

    @Test(.enabled(if: CompletionsTests.has("zsh"))) func `zsh can read its script`() {
        #expect(run("zsh", script(.zsh), options: "-n") == "")
    }

    @Test(.enabled(if: CompletionsTests.has("fish"))) func `fish can read its script`() {
        #expect(run("fish", script(.fish), options: "-n") == "")
    }
}
