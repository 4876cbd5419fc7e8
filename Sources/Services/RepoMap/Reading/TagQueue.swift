/// The files that one row of children has to read, and what the end of a child means for them.
///
/// A child reads its files in order, so the first one without an answer is the one it died of: surely so when the child
/// had just begun or was stopped for taking too long. Otherwise an earlier file may have damaged its memory, and
/// the file is tried again as the first of the next child.
struct TagQueue: Sendable {
    /// How a child ended.
    enum Ending: Sendable, Hashable {
        /// By itself and well, or because it had written too much.
        case normally
        /// It took too long.
        case hung
        /// By a fault of its own, or without having answered all.
        case crashed
        /// Somebody else ended it.
        case killed
    }

    /// What came of a file.
    enum Fate: Sendable, Hashable {
        case read(TagArchive)
        /// There is no grammar for it that can be used.
        case unparsed
        /// It ends the process that parses it; `isSure` tells that it would do so again.
        case deadly(isSure: Bool)
    }

    /// Numbers of files, the next one first.
    private(set) var left: ArraySlice<Int>
    private(set) var fates: [(file: Int, fate: Fate)] = []

    init(_ files: [Int]) { left = files[...] }

    /// Takes the answers of a child that was given the first files of ``left``, and how it ended.
    mutating func childEnded(_ answers: [TagArchive?], given: Int, how ending: Ending) {
        for archive in answers.prefix(given) {
            guard let file = left.popFirst() else { return }
            fates.append((file, archive.map { .read($0) } ?? .unparsed))
        }
        guard answers.count < given, let next = left.first else { return }
        // A child that wrote too much has done nothing wrong, unless it did so with its first file.
        if answers.isEmpty || ending == .hung {
            left = left.dropFirst()
            fates.append((next, .deadly(isSure: ending == .hung || ending == .crashed)))
        }
    }
}
