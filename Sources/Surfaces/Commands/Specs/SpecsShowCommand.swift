import CommandLineKit
import SpecProofs
import Specs

/// `vencejo specs show FEATURE`: a feature on one page.
struct SpecsShowCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let project = try await SpecsProject(context)
        let feature = try project.features.find(arguments.positional("FEATURE") ?? "latest")
        let view = try await ProjectView.read(project.features, in: project.repository, receipts: project.store)
        let summary = view.summary(of: feature)
        context.output.result(
            summary.json,
            text: FeaturePageText(summary, width: context.output.width, style: context.output.style).text)
        return .done
    }
}
