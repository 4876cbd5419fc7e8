import QualityReports

/// How one program answers one question about a project: a row of a table, with no code of its own to run.
///
/// ```swift
/// Adapter(
///     name: "ruff", kind: .lint, ecosystem: .python, program: .python("ruff"),
///     report: .file("ruff.json", .findings(.ruff)), exits: .init(errors: [2]),
///     command: { "\($0.program) check --output-format json --output-file \($0.file("ruff.json")) \($0.targets)" })
/// ```
package struct Adapter: Sendable {
    package var name: String
    package var kind: VerificationKind
    package var ecosystem: Ecosystem
    var program: Program
    /// Where the program writes what it found.
    var report: ReportPlace
    var exits = ExitMeanings()
    /// Of those with the same group only the first that applies to a part of a project is used.
    var group: String?
    /// Whether it asks a service on the network, which the sandbox must then allow.
    var needsNetwork = false
    /// Whether one finding is enough to fail, whatever the exit status.
    var failsOnFindings = false
    /// Whether its report counts lines from 0, as pytest's does.
    var countsLinesFromZero = false
    /// Whether it belongs to this part of a project, besides being of its ecosystem.
    var applies: @Sendable (ProjectPart) -> Bool = { _ in true }
    /// The shell command line; every text that is not the adapter's own is quoted.
    var command: @Sendable (Invocation) -> String
    /// How to run only these tests again; nil where the program cannot be told.
    var selection: (@Sendable ([TestCase]) -> Selection?)?
}

/// Where a program's report comes from.
enum ReportPlace: Sendable, Hashable {
    /// A file below the scratch folder, which lies outside of the project.
    case file(String, ReportFormat)
    /// There is none: the exit status alone decides, and the output is shown.
    case exitStatus

    var format: ReportFormat? {
        if case .file(_, let format) = self { return format }
        return nil
    }
}

/// What a program's exit statuses mean; 0 is a pass, and whatever is not named is a failure.
struct ExitMeanings: Sendable, Hashable {
    /// Nothing was there to look at.
    var empty: Set<Int32> = []
    /// The program could not do its work.
    var errors: Set<Int32> = []
}

/// What to run in place of everything.
struct Selection: Sendable, Hashable {
    var paths: [String] = []
    /// Words that name the tests, put where the adapter's filter goes.
    var words: [String] = []
}

/// One call of an adapter's program, with every piece ready for the shell.
struct Invocation: Sendable {
    var programWords: [String]
    var scratch: String
    var part: ProjectPart
    var paths: [String] = []
    var filter: String?
    /// Words of a selection, unquoted.
    var selected: [String] = []

    /// The program with the words that lead to it.
    var program: String { ShellWords.joined(programWords) }
    /// The first word alone, for a second command of the same program.
    var interpreter: String { ShellWords.quoted(programWords.first ?? "") }
    /// The paths to look at, each as a word; nothing where there are none.
    var chosen: String { ShellWords.joined(paths) }
    /// The paths to look at, or the whole part.
    var targets: String { paths.isEmpty ? "." : chosen }

    func file(_ name: String) -> String { ShellWords.quoted(scratch + "/" + name) }

    /// The filter behind an option, or the words of a selection.
    func filtered(_ option: String) -> String {
        if !selected.isEmpty { return ShellWords.joined(selected) }
        guard let filter else { return "" }
        return option.isEmpty ? ShellWords.quoted(filter) : "\(option) \(ShellWords.quoted(filter))"
    }

    /// A command whose standard output, with what it redirects there, is its report: written to a file, then printed, so that the log has it, too.
    func reporting(_ command: String, to name: String) -> String {
        "{ \(command); } > \(file(name)); status=$?; cat \(file(name)); exit $status"
    }
}
