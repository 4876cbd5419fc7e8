import Files
import JSON
import Settings
import Specs
import Workbench

/// Carries out `vencejo init`: lays down settings and constitution where there are none.
struct InitCommand: Sendable {
    let context: CommandContext

    func run() async throws -> ExitStatus {
        let repository = try await Repository.open(at: context.directory)
        var written: [String] = []
        let texts: [(path: String, text: () throws -> String)] = [
            (SettingsReader.projectFile, { Self.settings }),
            (
                ConstitutionTemplate.path,
                { try context.templates(of: repository.root).text(of: .constitution, folder: "specs") }
            ),
        ]
        for (path, text) in texts {
            let file = repository.root / path
            guard !FileSystem.exists(file) else { continue }
            try FileSystem.createDirectory(file.parent)
            try FileSystem.write(try text(), to: file)
            written.append(path)
        }
        let checks = CheckDetector.detect(in: repository.root).map(\.command)
        let found =
            checks.isEmpty
            ? "none found; name them under verify: in \(SettingsReader.projectFile)" : checks.joined(separator: ", ")
        context.output.result(
            [
                "project": .string(repository.root.string), "written": .array(written.map { .string($0) }),
                "checks": .array(checks.map { .string($0) }),
            ],
            text: """
                \(written.isEmpty ? "Everything was here already." : "Wrote \(written.joined(separator: " and ")).")
                Checks: \(found)
                Next: vencejo doctor, then vencejo run "what you want done"
                """)
        return .done
    }

    private static let settings = String(decoding: PackageResources.config_template_yaml, as: UTF8.self)
}
