/// Why a feature, or something about its documents, could not be had.
package struct SpecsError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case noFeatures = "no-features"
        case unknownFeature = "unknown-feature"
        /// Several features go by what was said.
        case ambiguousFeature = "ambiguous-feature"
        /// A document cannot be worked from until it is mended.
        case broken
        /// What is on disk could not be read or written.
        case unreadable
        /// There is nothing to take over, or more than one to choose from.
        case unknownSource = "unknown-source"
        /// Another has changed what was to be written.
        case changed
    }

    package let code: Code
    /// One sentence: what failed, where, and what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
