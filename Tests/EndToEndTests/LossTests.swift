import Files
import Synchronization
import Testing

/// Nothing that ever stood in a worktree is lost, wherever the process dies (promise 4).
///
/// `scripts/soak` runs the same experiment at every point, with `VENCEJO_SOAK_KILLS` and `VENCEJO_SOAK_SEED`.
@Suite("Nothing is lost", .timeLimit(.minutes(240)))
struct LossTests {
    @Test(
        "when the process dies at a point by chance",
        arguments: RepositoryVariant.allCases.map { ($0, UInt64(1)) } + [(.clean, 2), (.clean, 3), (.dirty, 4)])
    func sampled(variant: RepositoryVariant, seed: UInt64) async throws {
        let undisturbed = try await LossExperiment.undisturbed(.clean)
        var generator = Chance(state: seed &* 977 &+ UInt64(RepositoryVariant.allCases.firstIndex(of: variant) ?? 0))
        let points = undisturbed.points.count
        #expect(points > 500)
        let experiment = LossExperiment(
            variant: variant, kills: [generator.number(points), generator.number(points / 2)],
            isEdited: seed.isMultiple(of: 2))
        let result = try await experiment.perform(expecting: undisturbed.tree)
        #expect(result.faults == [], "\(experiment)")
        #expect(result.deaths > 0)
    }

    @Test("when the power goes while git works", arguments: [6] as [UInt64])
    func insideGit(seed: UInt64) async throws {
        let undisturbed = try await LossExperiment.undisturbed(.clean)
        let calls = undisturbed.points.count { $0.hasPrefix("git.") && $0.hasSuffix(".before") }
        var generator = Chance(state: seed)
        let experiment = LossExperiment(
            variant: .clean, kills: (0..<3).map { _ in generator.number(calls / 3) }, isEdited: false, isInsideGit: true
        )
        let result = try await experiment.perform(expecting: undisturbed.tree)
        #expect(result.faults == [], "\(experiment)")
        #expect(result.deaths > 0)
    }

    @Test("at any point at all", .enabled(if: Soak.fromEnvironment != nil))
    func soak() async throws {
        let soak = try #require(Soak.fromEnvironment)
        try await soak.perform()
    }
}

/// Numbers that are the same for the same seed.
struct Chance {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// From one to `limit`.
    mutating func number(_ limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) + 1 }
}
