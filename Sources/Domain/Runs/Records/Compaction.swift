/// How much of the older part of a session the model is still given; what is recorded stays whole.
///
/// It holds from the turn it was made after until the next one, so that the prompts between the two begin with the same
/// bytes.
package struct Compaction: Sendable, Hashable, Codable {
    /// The turns up to this one are replaced by the summary; 0 for none.
    package var summarizedThrough: Int
    /// The tool results of the turns up to this one are shortened to a line each.
    package var shortenedThrough: Int
    /// What was done in the turns that are replaced.
    package var summary: String?

    package init(summarizedThrough: Int = 0, shortenedThrough: Int = 0, summary: String? = nil) {
        self.summarizedThrough = summarizedThrough
        self.shortenedThrough = shortenedThrough
        self.summary = summary
    }
}
