import Files
import SpecProofs
import Specs
import Subprocess
import Testing
import Workbench

/// What drift costs on a project of one's own: `VENCEJO_MEASURE_DRIFT=/path/to/project`, with a release build.
@Suite("What drift costs")
struct DriftMeasurement {
    private static let project = Command.inheritedEnvironment()["VENCEJO_MEASURE_DRIFT"]

    @Test("on a recorded project", .enabled(if: project != nil))
    func cost() async throws {
        let root = FilePath(try #require(Self.project))
        let clock = ContinuousClock()
        for _ in 0..<5 {
            var parts: [(String, Duration)] = []
            let start = clock.now
            let repository = try await Repository.open(at: root)
            parts.append(("repository", clock.now - start))
            let features = try await ProjectFeatures.read(in: root)
            parts.append(("documents", clock.now - start))
            let drift = try await ProjectDrift.read(features, in: repository)
            parts.append(("drift", clock.now - start))
            print(parts.map { "\($0.0) \($0.1)" }.joined(separator: ", "), "\(drift.compared.count) features")
            #expect(!drift.compared.isEmpty)
        }
    }
}
