import CommandLineKit
import Files
import QualityReports
import Specs
import Verification
import Workbench

/// Hands `vencejo specs VERB` to the command of that verb.
struct SpecsCommands: Sendable {
    let context: CommandContext

    func run(_ verb: String, _ arguments: ParsedArguments) async throws -> ExitStatus {
        switch verb {
        case "list": try await SpecsListCommand(context: context).run()
        case "show": try await SpecsShowCommand(context: context).run(arguments)
        case "analyze": try await SpecsAnalyzeCommand(context: context).run(arguments)
        case let verb where SpecsAuthoringCommand.verbs.contains(verb):
            try await SpecsAuthoringCommand(context: context).run(verb, arguments)
        case "renumber": try await SpecsRenumberCommand(context: context).run(arguments)
        case "link": try await SpecsLinkCommand(context: context).run(arguments)
        case "drift": try await SpecsDriftCommand(context: context).run(arguments)
        default: throw Failure(.usage, "'specs \(verb)' is no command; see vencejo specs --help")
        }
    }
}

/// The project that a command of the group works on.
struct SpecsProject: Sendable {
    let root: FilePath
    /// Nil outside of git.
    let repository: Repository?
    let features: ProjectFeatures
    let store: VerificationStore

    init(_ context: CommandContext) async throws {
        do {
            repository = try await Repository.open(at: context.directory)
        } catch let error as WorkbenchError where error.code == .notRepository || error.code == .noCommits {
            repository = nil
        }
        root = try repository?.root ?? FileSystem.realPath(context.directory)
        features = try await ProjectFeatures.read(in: root)
        store = VerificationStore(home: context.home, project: root)
    }
}

extension CommandContext {
    /// The top of the project around the folder that the command works in: git's, or the folder itself where there is none.
    func projectRoot() async throws -> FilePath {
        do {
            return try await Repository.open(at: directory).root
        } catch let error as WorkbenchError where error.code == .notRepository || error.code == .noCommits {
            return try FileSystem.realPath(directory)
        }
    }

    /// Writes findings where `--sarif` says, seen from where the program was started.
    func writeSarif(_ report: FindingsReport, _ arguments: ParsedArguments) throws {
        guard let file = arguments.value("--sarif") else { return }
        try FileSystem.write(SARIFWriter.write(report), to: FilePath(file).resolved(from: workingDirectory))
    }
}
