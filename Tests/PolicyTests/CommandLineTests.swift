import Policy
import Testing

@Suite struct `Command line` {
    @Test func `finds every simple command with its words and redirections`() {
        let line = CommandLine(
            parsing: "A=1 cc -o 'a b' \"x$Y\" < in > out 2>&1 | timeout 5 sort -u & f() { echo $(date); }")
        #expect(line.problem == nil)
        #expect(line.commands.map(\.text) == ["cc -o a b x…", "sort -u", "date", "echo …"])
        #expect(line.commands.map(\.isLiteral) == [false, true, true, false])
        #expect(line.commands[0].assignments == ["A"])
        #expect(line.commands[0].redirections.map(\.kind) == [.read, .write, .read])
        #expect(line.commands[0].redirections.map(\.target.text) == ["in", "out", "1"])
        #expect(line.commands[1].feeders == ["cc"])
        #expect(line.commands[3].feeders == ["date"])
    }

    @Test(arguments: [
        ("env -u X A=1 nice -n 5 make", ["make"]), ("bash -ec 'a; b'", ["a", "b"]),
        ("find x -exec rm {} \\; -exec ls {} +", ["find x -exec rm {} ; -exec ls {} +", "rm …", "ls …"]),
        ("xargs -0 -n 2 rm -f", ["rm -f …"]), ("sudo -u me ls", ["sudo -u me ls", "ls"]),
        ("cat <<A <<B\n1\nA\n2\nB\nls", ["cat", "ls"]),
        ("cat <<-E; ls\n\ta\n\tE\npwd", ["cat", "ls", "pwd"]), ("echo 'a'\"b\"c\\ d", ["echo abc d"]),
        ("case a in (a) x;; b|c) y;& *) z; esac", ["x", "y", "z"]),
        ("if a; then b; elif c; then d; else e; fi > f", ["a", "b", "c", "d", "e", ":"]),
        ("until a; do b; done", ["a", "b"]), ("for ((i=0; i<3; i++)); do a; done", [":", "a"]),
        ("for x; do a; done", ["a"]), ("a |& b; c", ["a", "b", "c"]),
        ("echo $((1+(2*3))) $((a);b)", ["a", "b", "echo … …"]),
        ("a\r\nb\r\n", ["a", "b"]), ("echo äöü 'ß'", ["echo äöü ß"]),
    ])
    func `sees through`(text: String, commands: [String]) {
        let line = CommandLine(parsing: text)
        #expect(
            line.commands.map(\.text).filter { $0 != ":" } == commands.filter { $0 != ":" }, "\(line.problem ?? "")")
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `random text never traps`(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let pieces = [
            "a", "git", "push", " ", " ", "\n", ";", "&", "&&", "|", "||", "(", ")", "{", "}", "$", "$(", "${", "$((",
            "))", "`", "'", "\"", "\\", "<", ">", "<<", "<<<", "EOF", "\nEOF\n", "if", "then",
            "fi", "for", "in", "do", "done", "case", "esac", ";;", "=", "#", "*", "[", "]", "[[", "]]", "!", "~", "é",
            "\r", "2>&1", "bash -c ", "env ", "xargs ", "find -exec ",
        ]
        for _ in 0..<60 {
            var text = ""
            for _ in 0..<30 {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                text += pieces[Int(state % UInt64(pieces.count))]
            }
            let line = CommandLine(parsing: text)
            #expect(line.problem == nil || line.problem?.isEmpty == false)
            _ = Permissions().decide(tool: "run_command", on: .command(text))
        }
    }
}
