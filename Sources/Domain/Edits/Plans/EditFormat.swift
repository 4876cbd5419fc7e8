/// The ways in which a model may write down a change.
package enum EditFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// `<<<<<<< SEARCH`, `=======`, `>>>>>>> REPLACE`, below the file's path.
    case searchReplace
    /// `diff -u`, with or without git's headers.
    case unifiedDiff
    /// A path and the whole new content in a code fence.
    case wholeFile
    /// `*** Begin Patch` … `*** End Patch`.
    case patchEnvelope
    /// Pairs of old and new text as the arguments of a tool.
    case editTool
}
