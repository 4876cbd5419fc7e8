import Files
import Subprocess
import Synchronization
import Testing

/// The long version of the loss experiment, asked for by environment variables.
struct Soak: Sendable {
    /// How many points are tried for each variant; nil for all of them.
    var kills: Int?
    var seed: UInt64
    var variants: [RepositoryVariant]
    /// Whether git itself dies, too.
    var isInsideGit: Bool
    /// Where a line for each experiment goes, tab-separated.
    var report: FilePath?

    static let fromEnvironment: Soak? = {
        let variables = Subprocess.Command.inheritedEnvironment()
        guard let kills = variables["VENCEJO_SOAK_KILLS"] else { return nil }
        let named = variables["VENCEJO_SOAK_VARIANTS"].map { $0.split(separator: ",").map(String.init) } ?? []
        return Soak(
            kills: kills == "all" ? nil : Int(kills) ?? 10,
            seed: variables["VENCEJO_SOAK_SEED"].flatMap(UInt64.init) ?? 1,
            variants: RepositoryVariant.allCases.filter { named.isEmpty || named.contains($0.rawValue) },
            isInsideGit: variables["VENCEJO_SOAK_INSIDE_GIT"] != nil,
            report: variables["VENCEJO_SOAK_REPORT"].map { FilePath($0) })
    }()

    func perform() async throws {
        var generator = Chance(state: seed)
        for variant in variants {
            let undisturbed = try await LossExperiment.undisturbed(variant)
            // The power is cut inside the git calls instead, where asked for.
            let named = isInsideGit ? undisturbed.points.filter(Self.beginsGit) : undisturbed.points
            let count = named.count
            var points = Array(1...count)
            if let kills {
                points = (0..<min(kills, count)).map { _ in generator.number(count) }
            }
            for point in points {
                let isEdited = generator.next().isMultiple(of: 2)
                let again = generator.number(4) == 1 ? [generator.number(count / 2)] : []
                let experiment = LossExperiment(
                    variant: variant, kills: [point] + again, isEdited: isEdited, isInsideGit: isInsideGit)
                let result = try await experiment.perform(expecting: undisturbed.tree)
                #expect(result.faults == [], "\(experiment) at \(named[point - 1])")
                try write(experiment, result, named[point - 1], count)
            }
        }
    }

    private static func beginsGit(_ name: String) -> Bool { name.hasPrefix("git.") && name.hasSuffix(".before") }

    private func write(_ experiment: LossExperiment, _ result: LossExperiment.Result, _ name: String, _ count: Int)
        throws
    {
        guard let report else { return }
        let fields = [
            experiment.variant.rawValue, "\(count)", "\(experiment.kills[0])", name, "\(result.deaths)",
            experiment.isEdited ? "edited" : "-", result.faults.isEmpty ? "kept" : "FAULT \(result.faults)",
        ]
        let line = fields.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }.joined(separator: "\t")
        try FileSystem.append(line + "\n", to: report)
    }
}
