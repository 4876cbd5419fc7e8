/// What is to be verified, and how.
package struct VerificationQuery: Sendable, Hashable {
    package var kinds: [VerificationKind]
    /// Files or folders, relative to the project's top; everything where there are none.
    package var paths: [String]
    /// Only tests of this name, in the words of the program that runs them.
    package var filter: String?
    package var reuse: Reuse
    package var flaky: FlakyPolicy
    package var missing: MissingPrograms

    package init(
        kinds: [VerificationKind], paths: [String] = [], filter: String? = nil, reuse: Reuse = .unchangedTree,
        flaky: FlakyPolicy = .fails, missing: MissingPrograms = .told
    ) {
        self.kinds = kinds
        self.paths = paths
        self.filter = filter
        self.reuse = reuse
        self.flaky = flaky
        self.missing = missing
    }

    /// Whether a receipt of the same tree, command and environment stands for a new run.
    package enum Reuse: String, Sendable, Hashable { case unchangedTree, never }

    /// What a test that fails and then passes on the same tree means.
    ///
    /// It proves nothing, so it fails unless a human has said otherwise; the engine never does.
    package enum FlakyPolicy: String, Sendable, Hashable { case fails, tolerated }

    /// Whether a program that is not installed is a result of its own.
    package enum MissingPrograms: String, Sendable, Hashable {
        case told
        /// Left out where something else of the same kind could run.
        case passedOver
    }

    /// Refuses what a program might take for an option or for a place outside of the project.
    func check() throws(VerificationError) {
        for path in paths {
            guard !path.isEmpty, !path.hasPrefix("/"), !path.hasPrefix("-"), !path.utf8.contains(0),
                !path.split(separator: "/").contains("..")
            else {
                throw VerificationError(
                    .badArgument, "'\(path)' is no path inside the project: give one relative to its top.")
            }
        }
        if let filter, filter.isEmpty || filter.hasPrefix("-") || filter.utf8.contains(0) || filter.utf8.count > 4096 {
            throw VerificationError(
                .badArgument, "'\(filter.prefix(80))' is no name of tests: it starts with '-' or is empty.")
        }
    }
}
