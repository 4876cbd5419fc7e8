import CommandLineKit
import Gateway
import JSON
import Money
import Runs
import Terminal
import Workbench

/// Carries out `vencejo models list`: providers, and the model of each role and mode.
struct ModelsListCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        // Outside a repository the user's own settings are what counts.
        let project = try? await Repository.open(at: context.directory).root
        let setup = try await context.models(try context.settings(project))
        var rows: [(role: String, mode: String, model: ModelName)] = []
        for role in ["planner", "architect", "developer", "reviewer"] {
            for mode in Mode.allCases { rows.append((role, mode.rawValue, try setup.choose(role, nil, mode.rawValue))) }
        }
        let remote = arguments.flag("--remote") ? await remoteModels(of: setup) : []
        context.output.result(
            [
                "providers": .object(
                    JSONObject(setup.origins.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
                "roles": .array(
                    rows.map { ["role": .string($0.role), "mode": .string($0.mode), "model": .string("\($0.model)")] }),
                "remote": .object(JSONObject(remote.map { ($0.provider, .array($0.models.map { .string($0) })) })),
            ],
            text: (providerLines(setup) + [""] + table(of: rows, setup) + remoteLines(remote)).joined(separator: "\n"))
        return .done
    }

    private func providerLines(_ setup: ModelSetup) -> [String] {
        setup.origins.sorted { $0.key < $1.key }.map { "\(context.output.style.bold($0.key))  \($0.value)" }
    }

    private func table(of rows: [(role: String, mode: String, model: ModelName)], _ setup: ModelSetup) -> [String] {
        var table = TextTable(columns: [
            .init("ROLE", alignment: .left, isFlexible: false), .init("MODE", alignment: .left, isFlexible: false),
            .init("MODEL", alignment: .left, isFlexible: true), .init("$/M IN", alignment: .right, isFlexible: false),
            .init("$/M OUT", alignment: .right, isFlexible: false),
        ])
        for row in rows {
            let prices = setup.catalogue.card(of: row.model)?.prices
            table.add(row: [
                row.role, row.mode, "\(row.model)", prices.map { "\($0.input.perMillion)" } ?? "unknown",
                prices.map { "\($0.output.perMillion)" } ?? "unknown",
            ])
        }
        return table.lines(width: context.output.width, style: context.output.style)
    }

    private func remoteModels(of setup: ModelSetup) async -> [(provider: String, models: [String])] {
        var found: [(String, [String])] = []
        for provider in setup.origins.keys.sorted() {
            do {
                found.append((provider, try await setup.list(provider).sorted()))
            } catch {
                context.output.notice("\(provider) did not say which models it has: \(error)")
            }
        }
        return found
    }

    private func remoteLines(_ remote: [(provider: String, models: [String])]) -> [String] {
        remote.flatMap { entry in ["", entry.provider] + entry.models.map { "  \($0.sanitized)" } }
    }
}
