extension Settings {
    /// How documents of features are written.
    package struct Specs: Sendable, Hashable {
        /// The set of forms to write from; nil is the built-in one.
        package var preset: String?

        package init() {}
    }
}
