import AgentRuntime
import CommandLineKit
import Files
import JSON
import Settings
import Terminal
import Tools
import Workbench
import WorkflowLibrary
import Workflows

/// Carries out `vencejo workflows …`: listing, showing and checking; running is `vencejo run`.
struct WorkflowsCommands: Sendable {
    let context: CommandContext

    func run(_ verb: String, _ arguments: ParsedArguments) async throws -> ExitStatus {
        switch verb {
        case "list": return try await list()
        case "show": return try await show(arguments.positional("NAME") ?? "")
        case "validate": return try await validate(arguments.positionals("FILE"))
        default:
            context.output.result(WorkflowSchema.json, text: WorkflowSchema.json.text(.pretty))
            return .done
        }
    }

    /// The workflows that can be named where the command works.
    private func collection() async throws -> (WorkflowCollection, project: FilePath?) {
        // Outside a repository there are the user's own workflows and the built-in ones.
        let project = try await Repository.root(around: context.directory)
        let user = SettingsReader(environment: context.variables).userFile.map { $0.parent / "workflows" }
        return (WorkflowCollection(project: project, user: user), project)
    }

    private func list() async throws -> ExitStatus {
        let (collection, project) = try await collection()
        var rows: [(entry: WorkflowCollection.Entry, summary: String)] = []
        for entry in try collection.list() {
            let loaded = try collection.check(entry)
            let errors = loaded.diagnostics.count { $0.severity == .error }
            rows.append(
                (
                    entry,
                    errors > 0
                        ? "has \(errors) errors; see vencejo workflows validate" : loaded.parsed.draft?.summary ?? ""
                ))
        }
        let width = rows.map(\.entry.name.displayWidth).max() ?? 0
        let lines = rows.map { row in
            let place = row.entry.origin.rawValue.padded(toWidth: 9)
            return "\(row.entry.name.padded(toWidth: width))  \(place)  \(row.summary.sanitized)"
                .truncated(toWidth: context.output.width)
        }
        context.output.result(
            .array(
                rows.map { row in
                    [
                        "name": .string(row.entry.name), "origin": .string(row.entry.origin.rawValue),
                        "file": .string(shown(row.entry, project)), "description": .string(row.summary),
                    ]
                }), text: lines.joined(separator: "\n"))
        return .done
    }

    private func show(_ name: String) async throws -> ExitStatus {
        let (collection, project) = try await collection()
        let loaded = try collection.load(name, from: context.directory)
        guard let definition = loaded.definition else { return .usage }
        let outline = WorkflowOutline(width: min(context.output.width, 80)).text(
            of: definition, from: "\(loaded.entry.origin.rawValue), \(shown(loaded.entry, project))")
        let json = try JSONCoding.encode(definition)
        context.output.result(json, text: outline)
        return .done
    }

    // MARK: Validating

    private func validate(_ files: [String]) async throws -> ExitStatus {
        let (collection, project) = try await collection()
        let entries =
            try files.isEmpty ? collection.list() : files.map { try collection.entry($0, from: context.directory) }
        let agents = try AgentLibrary(overrides: project.map { $0 / ".vencejo/agents" }).names
        let tools = try ToolCatalogue.builtIn().names
        var found: [Diagnostic] = []
        for entry in entries {
            found += try collection.check(entry, shownAs: shown(entry, project), agents: agents, tools: tools)
                .diagnostics
        }
        let errors = found.count { $0.severity == .error }
        let warnings = found.count - errors
        let verdict =
            "\(Self.count(entries.count, "workflow")), \(Self.count(errors, "error")), \(Self.count(warnings, "warning"))"
        let report: JSONValue = [
            "valid": .bool(errors == 0), "workflows": .integer(Int64(entries.count)),
            "diagnostics": .array(found.map { Self.json($0) }),
        ]
        let lines = found.map { $0.description.sanitized } + [verdict]
        context.output.result(report, text: lines.joined(separator: "\n"))
        return errors == 0 ? .done : .usage
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func json(_ diagnostic: Diagnostic) -> JSONValue {
        var object: JSONObject = [
            "severity": .string(diagnostic.severity.rawValue), "file": .string(diagnostic.file),
            "line": .integer(Int64(diagnostic.line)), "column": .integer(Int64(diagnostic.column)),
            "message": .string(diagnostic.message),
        ]
        object.set(diagnostic.fix.map { .string($0) }, for: "fix")
        return .object(object)
    }

    /// A file as a user would name it: relative to where the command works, or to the project.
    private func shown(_ entry: WorkflowCollection.Entry, _ project: FilePath?) -> String {
        let path = FilePath(entry.file)
        guard path.isAbsolute else { return entry.file }
        return path.relative(to: context.directory) ?? project.flatMap { path.relative(to: $0) } ?? entry.file
    }
}
