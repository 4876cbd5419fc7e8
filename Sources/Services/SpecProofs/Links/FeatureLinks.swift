package import SpecDocuments

/// What was linked when a feature was last proven: requirement, task, commit, symbol and test, each with a digest.
package struct FeatureLinks: Sendable, Hashable {
    /// The file in the feature's folder.
    package static let file = "links.json"

    package struct Requirement: Sendable, Hashable {
        package var id: String
        /// Of an open one nothing else is recorded, and nothing of it can move.
        package var state: ProofState
        /// Of its words.
        package var hash: String
    }

    package struct Test: Sendable, Hashable {
        package var requirement: String
        /// `tests/test_store.py#StoreTests.test_load`.
        package var place: String
        package var hash: String
    }

    package struct Task: Sendable, Hashable {
        package var id: String
        package var isDone: Bool
        /// Of its words.
        package var hash: String
    }

    /// A task that names a requirement.
    package struct Service: Sendable, Hashable {
        package var requirement: String
        package var task: String
    }

    package struct Commit: Sendable, Hashable {
        package var task: String
        package var id: String
        /// Of what it changed, wherever in its files: the same after a rebase.
        package var hash: String
    }

    package struct Symbol: Sendable, Hashable {
        package var task: String
        /// `store.py#Store.load`, or `schema.sql` where a file defines nothing by name.
        package var place: String
        package var hash: String
    }

    package var requirements: [Requirement] = []
    package var tests: [Test] = []
    package var tasks: [Task] = []
    package var services: [Service] = []
    package var commits: [Commit] = []
    package var symbols: [Symbol] = []

    package init() {}

    package var isEmpty: Bool { requirements.isEmpty && tests.isEmpty && tasks.isEmpty }

    /// The files that tests and symbols are in.
    package var paths: Set<String> { Set((tests.map(\.place) + symbols.map(\.place)).map(Self.path)) }

    package static func path(of place: String) -> String {
        place.utf8.firstIndex(of: UInt8(ascii: "#")).map { String(place[..<$0]) } ?? place
    }

    /// The name behind the file; nil for a file as a whole.
    package static func name(of place: String) -> String? {
        guard let mark = place.utf8.firstIndex(of: UInt8(ascii: "#")) else { return nil }
        return String(place[place.index(after: mark)...])
    }

    package func requirement(_ key: StatementKey) -> Requirement? {
        requirements.first { StatementKey($0.id) == key }
    }

    /// Without all that is recorded for a requirement; tasks that serve no other go with it.
    package mutating func remove(_ id: String) {
        requirements.removeAll { $0.id == id }
        tests.removeAll { $0.requirement == id }
        services.removeAll { $0.requirement == id }
        dropTasksWithoutService()
    }

    /// Drops what is recorded of tasks that serve no recorded requirement, unless no task serves one.
    mutating func dropTasksWithoutService() {
        guard !services.isEmpty else {
            if requirements.isEmpty { (tasks, commits, symbols) = ([], [], []) }
            return
        }
        let serving = Set(services.map(\.task))
        tasks.removeAll { !serving.contains($0.id) }
        commits.removeAll { !serving.contains($0.task) }
        symbols.removeAll { !serving.contains($0.task) }
    }
}
