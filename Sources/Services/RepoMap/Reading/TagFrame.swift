/// What a child that reads tags says of one file, and the form in which it says it.
struct TagFrame: Sendable, Hashable {
    /// How the reading went.
    enum Answer: UInt8, Sendable, Hashable {
        /// The frame has the tags.
        case tags = 1
        /// The child has no grammar for the file, or one that cannot be used.
        case unparsed = 2
    }

    /// What the child was given before this file.
    var index: Int
    var answer: Answer
    /// Empty where there are no tags.
    var archive: [UInt8]

    /// Stands before the first frame, so that another program's output is never taken for frames.
    static let greeting = Array("vencejo tags 1\n".utf8)
    private static let head = 9

    var bytes: [UInt8] {
        Self.word(index) + [answer.rawValue] + Self.word(archive.count) + archive
    }

    /// Four bytes, the lowest first.
    static func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }

    static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// The tags by the order of the files, as far as the output is what a child writes; nil for one that it could not
    /// parse.
    ///
    /// It ends at the first frame that is cut off, out of turn, unknown or damaged.
    static func read(_ output: [UInt8], most: Int) -> [TagArchive?] {
        var found: [TagArchive?] = []
        var rest = output.dropFirst(greeting.count)
        guard saysGreeting(output) else { return [] }
        while found.count < most, rest.count >= head {
            let start = rest.startIndex
            guard number(rest[start..<start + 4]) == found.count, let answer = Answer(rawValue: rest[start + 4]) else {
                return found
            }
            let length = number(rest[start + 5..<start + head])
            guard length <= rest.count - head else { return found }
            switch answer {
            case .unparsed:
                guard length == 0 else { return found }
                found.append(nil)
            case .tags:
                guard let archive = TagArchive(bytes: Array(rest[start + head..<start + head + length])),
                    archive.isWhole
                else { return found }
                found.append(archive)
            }
            rest = rest[(start + head + length)...]
        }
        return found
    }

    static func saysGreeting(_ output: [UInt8]) -> Bool { output.starts(with: greeting) }
}

extension TagArchive {
    /// Whether everything in it can be read.
    var isWhole: Bool { read(names: { _ in }, definitions: { _ in }, references: { _ in }) }
}
