import SourceTags

/// What came of one file of a tree.
struct FileOutcome: Sendable {
    var key: ContentKey
    var tags: TagArchive
    var isParsed: Bool
    /// To be kept: nil where it is kept already, or the file may still change unseen.
    var stamped: IndexStore.KnownFile?
    /// The tags of a file of which ctags may know more.
    var scanned: [Tag]?
    /// Whether it was scanned because it ends the process that parses it.
    var isDeadly = false
    /// Whether the next map would read the same.
    var isLasting = true

    var isSource: Bool { tags != FileOutcome.noSource }

    /// Stands for contents in no known language, so that they are not read again.
    static let noSource = TagArchive([Tag(name: "", role: .reference, kind: .name, line: 0, lastLine: 0)])
}

/// A file with its content, whose tags are still to be read.
struct UnreadFile: Sendable {
    var content: ContentKey
    var source: [UInt8]
    var stamped: IndexStore.KnownFile?
}
