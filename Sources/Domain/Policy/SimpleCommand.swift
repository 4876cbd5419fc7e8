/// One program that a script may start, after quotes, compound commands and wrappers such as `env` are taken away.
package struct SimpleCommand: Sendable, Hashable {
    package var program: ShellWord
    package var arguments: [ShellWord]
    /// Names of the variables set for this command alone.
    package var assignments: [String]
    package var redirections: [ShellRedirection]
    /// Programs whose output this one reads or is given as arguments: earlier in the pipeline, or in a substitution.
    package var feeders: [String]

    /// Whether every word is known as it will be.
    package var isLiteral: Bool {
        program.literal != nil && arguments.allSatisfy { $0.literal != nil && !$0.isFilePattern }
    }

    /// The program without its folder; nil when it is only known at run time.
    package var name: String? {
        guard !program.isFilePattern, let path = program.literal else { return nil }
        return path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The command for reading, with `…` for what is not known.
    package var text: String {
        ([program] + arguments).map(\.text).joined(separator: " ")
    }
}
