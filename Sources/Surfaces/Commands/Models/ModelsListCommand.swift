import CommandLineKit
import Gateway
import JSON
import Money
import Runs
import Settings
import Terminal
import Workbench

/// Carries out `vencejo models list`: providers, the model of each role and mode, and what is known of each model.
struct ModelsListCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        // Outside a repository the user's own settings are what counts.
        let project = try await Repository.root(around: context.directory)
        let setup = try await context.models(try context.settings(project))
        let rows = try rows(setup)
        let remote = arguments.flag("--remote") ? await remoteModels(of: setup) : []
        let facts =
            arguments.flag("--all")
            ? setup.catalogue.knownModels.map { ModelFacts(name: $0, entry: setup.catalogue.entry(named: $0)) }
            : setup.router.table.models.map { ModelFacts(name: "\($0)", entry: setup.catalogue.entry(of: $0)) }
        context.output.result(
            [
                "providers": .object(
                    JSONObject(setup.origins.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
                "roles": .array(
                    rows.map { row in
                        var object: JSONObject = [
                            "role": .string(row.role), "mode": .string(row.mode),
                            "model": row.model.map { .string("\($0)") } ?? .null,
                        ]
                        if let problem = row.problem { object.set(.string(problem), for: "problem") }
                        return .object(object)
                    }),
                "models": .array(facts.map(\.json)),
                "remote": .object(JSONObject(remote.map { ($0.provider, .array($0.models.map { .string($0) })) })),
            ],
            text: (providerLines(setup) + [""] + table(of: rows, setup) + [""]
                + ModelFacts.table(of: facts, width: context.output.width, style: context.output.style)
                + [context.output.style.dim(ModelFacts.legend)] + remoteLines(remote)).joined(separator: "\n"))
        return .done
    }

    private func providerLines(_ setup: ModelSetup) -> [String] {
        setup.origins.sorted { $0.key < $1.key }.map { "\(context.output.style.bold($0.key))  \($0.value)" }
    }

    /// The model of a role in a mode, or why there is none.
    private struct Row {
        var role: String
        var mode: String
        var model: ModelName?
        var problem: String?
    }

    /// Throws where no role has a model in any mode.
    private func rows(_ setup: ModelSetup) throws -> [Row] {
        var rows: [Row] = []
        var problem: SettingsError?
        for role in ["planner", "architect", "developer", "reviewer"] {
            for mode in Mode.allCases {
                do {
                    rows.append(Row(role: role, mode: mode.rawValue, model: try setup.choose(role, nil, mode.rawValue)))
                } catch let error as SettingsError {
                    problem = problem ?? error
                    rows.append(Row(role: role, mode: mode.rawValue, problem: error.message))
                }
            }
        }
        if let problem, rows.allSatisfy({ $0.model == nil }) { throw problem }
        return rows
    }

    private func table(of rows: [Row], _ setup: ModelSetup) -> [String] {
        var table = TextTable(columns: [
            .init("ROLE", alignment: .left, isFlexible: false), .init("MODE", alignment: .left, isFlexible: false),
            .init("MODEL", alignment: .left, isFlexible: true), .init("$/M IN", alignment: .right, isFlexible: false),
            .init("$/M OUT", alignment: .right, isFlexible: false),
        ])
        for row in rows {
            guard let model = row.model else {
                table.add(row: [row.role, row.mode, "none; see vencejo models explain", "", ""])
                continue
            }
            let prices = setup.catalogue.card(of: model)?.prices ?? .unknown
            table.add(row: [
                row.role, row.mode, "\(model)", prices.text(prices.input.perMillion),
                prices.text(prices.output.perMillion),
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
