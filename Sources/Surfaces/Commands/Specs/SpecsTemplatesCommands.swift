import CommandLineKit
import Files
import JSON
import Settings
import Specs
import Terminal

/// `vencejo specs templates list|show|eject`: the forms that documents are written from.
struct SpecsTemplatesCommands: Sendable {
    let context: CommandContext

    func run(_ verb: String, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let root = try await context.projectRoot()
        let stack = try context.templates(of: root, preset: arguments.value("--preset"))
        switch verb {
        case "list": return try list(stack)
        case "show": return try show(stack, arguments)
        case "eject": return try eject(stack, arguments)
        default: throw Failure(.usage, "'specs templates \(verb)' is no command; see vencejo specs templates --help")
        }
    }

    private func list(_ stack: TemplateStack) throws -> ExitStatus {
        var table = TextTable(columns: [
            .init("FORM"), .init("FROM", isFlexible: true), .init("HIDES", isFlexible: true),
        ])
        var entries: [JSONValue] = []
        var faults: [SpecFault] = []
        for name in TemplateName.allCases {
            let layers = try stack.layers(of: name).map(\.description)
            let own = try stack.faults(of: name)
            faults += own
            let hidden = Array(layers.dropFirst())
            table.add(row: [
                name.rawValue, layers[0].sanitized, hidden.isEmpty ? "-" : hidden.joined(separator: ", ").sanitized,
            ])
            entries.append([
                "name": .string(name.rawValue), "from": .string(layers[0]),
                "hides": .array(hidden.map { .string($0) }), "faults": .array(own.map { .string("\($0)") }),
            ])
        }
        let style = context.output.style
        let presets = stack.presets()
        let chosen = stack.choice.preset.map { "preset \($0)" } ?? "no preset"
        context.output.result(
            [
                "preset": stack.choice.preset.map { .string($0) } ?? .null,
                "presets": .array(presets.map { .string($0) }), "templates": .array(entries),
            ],
            text: (table.lines(width: context.output.width, style: style)
                + ["Chosen: \(chosen) (specs.preset in the settings); there are \(presets.joined(separator: ", "))."]
                + faults.map { "\(style.red("error:")) \("\($0)".sanitized)" }).joined(separator: "\n"))
        return faults.isEmpty ? .done : .failed
    }

    private func show(_ stack: TemplateStack, _ arguments: ParsedArguments) throws -> ExitStatus {
        let name = try names(arguments)[0]
        let layer = try stack.layers(of: name)[0]
        let text = try stack.text(of: name, folder: "specs/001-name")
        context.output.result(
            ["name": .string(name.rawValue), "from": .string(layer.description), "text": .string(text)],
            text: text.sanitizedLines)
        return .done
    }

    private func eject(_ stack: TemplateStack, _ arguments: ParsedArguments) throws -> ExitStatus {
        let paths = try stack.eject(try names(arguments), replacing: arguments.flag("--force"))
        context.output.result(
            ["written": .array(paths.map { .string($0) })], text: "Wrote \(paths.joined(separator: ", ")).")
        return .done
    }

    private func names(_ arguments: ParsedArguments) throws -> [TemplateName] {
        let given = arguments.positionals("NAME")
        let known = TemplateName.allCases.map(\.rawValue)
        guard !given.isEmpty else {
            throw Failure(.usage, "Name the forms: \(known.joined(separator: ", ")).")
        }
        return try given.map { word in
            guard let name = TemplateName(named: word) else {
                let near = ProjectFeatures.nearest(to: word, among: known).map { "did you mean '\($0)'?" }
                throw Failure(
                    .usage, "There is no form '\(word)': \(near ?? "there are \(known.joined(separator: ", ")).")")
            }
            return name
        }
    }
}

extension CommandContext {
    /// The forms that hold in a project, with its own preset or another.
    func templates(of root: FilePath, preset: String? = nil) throws -> TemplateStack {
        let folder = SettingsReader(environment: variables).userFile.map { $0.parent / "presets" }
        let preset = try preset ?? settings(root).specs.preset
        return TemplateStack(root: root, choice: TemplateChoice(preset: preset, userPresets: folder))
    }
}

extension String {
    /// Line by line without what a terminal would obey.
    fileprivate var sanitizedLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).sanitized }.joined(separator: "\n")
    }
}
