/// A shell script reduced to the commands it may run, for decisions about permission.
///
/// All branches count: what stands in a condition, a loop, a function or behind `||` is taken as if it ran.
package struct CommandLine: Sendable, Hashable {
    /// In the order of the text; inner commands of substitutions come before the command they are part of.
    package private(set) var commands: [SimpleCommand] = []
    /// Why the text, or a script inside it, could not be read; then `commands` may lack some.
    package private(set) var problem: String?
    /// Names of functions that start copies of themselves without end.
    package private(set) var forkBombs: [String] = []

    package init(parsing text: String) {
        read(text, depth: 0)
    }

    private mutating func read(_ text: String, depth: Int) {
        do throws(ShellSyntaxError) {
            walk(try ShellParser.parse(text, depth: depth), feeders: [], depth: depth)
        } catch {
            problem = problem ?? error.message
        }
    }

    private mutating func walk(_ node: ShellNode, feeders: [String], depth: Int) {
        switch node {
        case .simple(let simple): walk(simple, feeders: feeders, depth: depth)
        case .background(let inner): walk(inner, feeders: feeders, depth: depth)
        case .sequence(let nodes, let redirections):
            for node in nodes { walk(node, feeders: feeders, depth: depth) }
            if !redirections.isEmpty {
                walk(ShellNode.Simple(redirections: redirections), feeders: feeders, depth: depth)
            }
        case .pipeline(let stages):
            var upstream = feeders
            for stage in stages {
                let first = commands.count
                walk(stage, feeders: upstream, depth: depth)
                upstream += commands[first...].map { $0.name ?? "" }
            }
        case .function(let name, let body):
            if Self.multiplies(name, in: body) { forkBombs.append(name) }
            walk(body, feeders: feeders, depth: depth)
        }
    }

    private mutating func walk(_ simple: ShellNode.Simple, feeders: [String], depth: Int) {
        let first = commands.count
        let words = simple.assignments.map(\.value) + simple.words + simple.redirections.map(\.target)
        for node in words.flatMap(\.commands) { walk(node, feeders: [], depth: depth) }
        let inner = commands[first...].map { $0.name ?? "" }
        guard !simple.words.isEmpty || !simple.redirections.isEmpty else { return }
        let command = SimpleCommand(
            program: simple.words.first ?? ShellWord(":"), arguments: Array(simple.words.dropFirst()),
            assignments: simple.assignments.map(\.name), redirections: simple.redirections, feeders: feeders + inner)
        unwrap(command, depth: depth)
    }

    /// Takes one wrapper after another away, noting the programs that are started.
    private mutating func unwrap(_ command: SimpleCommand, depth: Int) {
        guard depth <= ShellParser.deepest else {
            problem = problem ?? "it is nested too deeply"
            return
        }
        switch CommandWrapper.open(command) {
        case .plain: commands.append(command)
        case .inner(let inner, let keepsOuter):
            if keepsOuter { commands.append(command) }
            for inner in inner { unwrap(inner, depth: depth + 1) }
        case .script(let text, let keepsOuter):
            if keepsOuter { commands.append(command) }
            read(text, depth: depth + 1)
            // What the script is told to write or read stays a matter of its own.
            if !command.redirections.isEmpty, !keepsOuter {
                commands.append(
                    SimpleCommand(
                        program: ShellWord(":"), arguments: [], assignments: [], redirections: command.redirections,
                        feeders: []))
            }
        case .unreadable(let reason):
            commands.append(command)
            problem = problem ?? reason
        }
    }

    /// Whether a function calls itself twice, or in a pipeline or in the background.
    private static func multiplies(_ name: String, in body: ShellNode) -> Bool {
        calls(of: name, in: body, weight: 1) > 1
    }

    private static func calls(of name: String, in node: ShellNode, weight: Int) -> Int {
        switch node {
        case .simple(let simple):
            let inner = simple.words.flatMap(\.commands).reduce(0) { $0 + calls(of: name, in: $1, weight: weight) }
            return inner + (simple.words.first?.literal == name ? weight : 0)
        case .background(let node): return calls(of: name, in: node, weight: 2)
        case .pipeline(let nodes): return nodes.reduce(0) { $0 + calls(of: name, in: $1, weight: 2) }
        case .sequence(let nodes, _): return nodes.reduce(0) { $0 + calls(of: name, in: $1, weight: weight) }
        case .function(_, let body): return calls(of: name, in: body, weight: weight)
        }
    }
}
