import CommandLineKit
import Files
import JSON
import RepoMap
import SourceTags
import Terminal
import Workbench

/// `vencejo map`: the most important files of a tree with their most important definitions.
struct MapCommand: Sendable {
    let context: CommandContext

    private static let defaultBudget = 2000

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let (root, paths) = try place(arguments.positionals("PATHS"))
        let options = RepoMapOptions(
            paths: paths, budget: try budget(arguments.value("--budget")),
            focus: arguments.values("--focus").map { term($0, in: root) }, showsLines: arguments.flag("--lines"))
        let mapper = RepoMapper(
            readers: .best(
                grammarFolders: GrammarLibrary.standardFolders(
                    program: context.program, home: context.home, environment: context.variables),
                environment: context.variables, worker: SandboxForwarder.thisProgram),
            indexFile: try await RepoMapper.indexFile(
                for: root, home: context.home, environment: context.variables),
            environment: context.variables)
        let result = try await mapper.map(of: root, options)
        if let term = result.unmatchedFocus.first { throw Failure(.usage, Self.words(for: term)) }
        guard !result.files.isEmpty || result.smallestBudget == 0 else {
            throw Failure(
                .usage,
                """
                The budget of \(options.budget) tokens is too small to show anything of \(root): \
                give --budget \(result.smallestBudget) or more.
                """)
        }
        context.output.result(json(result, root, options), text: text(result))
        if context.output.form == .text { context.output.notice(notice(result, root)) }
        return .done
    }

    // MARK: - Arguments

    private func budget(_ text: String?) throws -> Int {
        guard let text else { return Self.defaultBudget }
        guard let budget = Int(text), budget > 0 else {
            throw Failure(.usage, "--budget takes a number of tokens above 0, such as 2000, and '\(text)' is none.")
        }
        guard budget <= 10_000_000 else {
            throw Failure(.usage, "--budget \(budget) is more than any model reads; give 10000000 at the most.")
        }
        return budget
    }

    /// The folder that the map is of, and what below it is to be shown.
    ///
    /// One folder is the root itself; several paths are shown from where the command works if they lie there.
    private func place(_ given: [String]) throws -> (FilePath, [String]) {
        let directory = try real(context.directory, as: context.directory.string)
        let paths = try given.map { try real(FilePath($0).resolved(from: context.directory), as: $0) }
        guard !paths.isEmpty else { return (directory, []) }
        if paths.allSatisfy({ $0.isInside(directory) }) {
            let below = paths.compactMap { $0.relative(to: directory) }
            return (directory, below.contains(".") ? [] : below)
        }
        if paths.count == 1, FileSystem.isDirectory(paths[0]) { return (paths[0], []) }
        var root = FileSystem.isDirectory(paths[0]) ? paths[0] : paths[0].parent
        while !paths.allSatisfy({ $0.isInside(root) }) { root = root.parent }
        let below = paths.compactMap { $0.relative(to: root) }
        return (root, below.contains(".") ? [] : below)
    }

    private func real(_ path: FilePath, as given: String) throws -> FilePath {
        do throws(FileError) {
            return try FileSystem.realPath(path)
        } catch {
            guard error.code == .notFound || error.code == .notDirectory else { throw error }
            throw Failure(.usage, "There is no file or folder '\(given)': name one that exists, or none for all of it.")
        }
    }

    /// A focus that names a file from where the command works means that file; anything else stays as it is.
    private func term(_ given: String, in root: FilePath) -> String {
        let path = FilePath(given).resolved(from: context.directory)
        // What does not exist is no path.
        guard let real = try? FileSystem.realPath(path), let below = real.relative(to: root), below != "." else {
            return given
        }
        return below
    }

    private static func words(for unmatched: UnmatchedFocus) -> String {
        let nearest = unmatched.nearest.map { "'\($0)'" }
        let hint =
            nearest.isEmpty
            ? "name a file, a folder, a definition or a word of a path" : "near are \(nearest.joined(separator: ", "))"
        return "--focus '\(unmatched.term)' names no file and no definition here: \(hint)."
    }

    // MARK: - Results

    private func text(_ result: RepoMapResult) -> String {
        let style = context.output.style
        return result.files.map { file in
            ([style.bold(file.heading.sanitized)] + file.lines.map(\.sanitized)).joined(separator: "\n")
        }
        .joined(separator: "\n\n")
    }

    private func json(_ result: RepoMapResult, _ root: FilePath, _ options: RepoMapOptions) -> JSONValue {
        guard case .object(var object) = result.json else { return result.json }
        object.set(.string(root.string), for: "root")
        object.set(.integer(Int64(options.budget)), for: "budget")
        return .object(object)
    }

    private static func warnings(_ numbers: RepoMapResult.Statistics) -> [String] {
        var warnings: [String] = []
        if !numbers.deadly.isEmpty {
            let shown = numbers.deadly.prefix(3).map { "'\($0.sanitized)'" }.joined(separator: ", ")
            let others = numbers.deadly.count > 3 ? " and \(numbers.deadly.count - 3) others" : ""
            let what = numbers.deadly.count == 1 ? "its names are" : "their names are"
            warnings.append(
                "The parser died of \(shown)\(others), so \(what) only guessed; leave such files out with .gitignore.")
        }
        if numbers.unparsed > 0 {
            warnings.append(
                "\(numbers.unparsed) files could not be parsed this time, so their names are only guessed; try again.")
        }
        return warnings
    }

    private func notice(_ result: RepoMapResult, _ root: FilePath) -> String {
        let numbers = result.statistics
        guard numbers.files > 0 else { return "There are no source files in \(root.string.sanitized)." }
        guard numbers.definitions > 0 else {
            return "The \(numbers.files) source files in \(root.string.sanitized) define nothing that is known."
        }
        let text =
            "\(result.files.count) of \(numbers.files) files, about \(result.estimatedTokens) tokens; "
            + "\(numbers.parsed) read anew, \(numbers.fromCache) known, \(numbers.milliseconds) ms"
        return ([context.output.style.dim(text)] + Self.warnings(numbers)).joined(separator: "\n")
    }
}
