/// How a block as sent is indented differently from the same block in a file.
enum BlockShift: Hashable {
    case none
    case add([UInt8])
    case remove([UInt8])
    /// Spaces as sent, this many a level, where the file has tabs.
    case tabs(Int)
    /// Tabs as sent where the file has this many spaces a level.
    case spaces(Int)

    /// The shift that all lines with text have in common; nil where there is none.
    static func between(_ asked: TextLines, _ text: TextLines, at start: Int) -> BlockShift? {
        var found: BlockShift?
        var isEven = true
        for line in 0..<asked.count where !asked.bare(line).isEmpty {
            let shift = shift(asked.indentation(line), text.indentation(start + line))
            isEven = isEven && shift != nil && (found == nil || found == shift)
            found = shift ?? found
        }
        if isEven { return found }
        let candidates = [4, 2, 8, 3].flatMap { [BlockShift.tabs($0), .spaces($0)] }
        return candidates.first { candidate in
            (0..<asked.count).allSatisfy { line in
                asked.bare(line).isEmpty
                    || candidate.indentation(asked.indentation(line)).elementsEqual(text.indentation(start + line))
            }
        }
    }

    private static func shift(_ asked: ArraySlice<UInt8>, _ there: ArraySlice<UInt8>) -> BlockShift? {
        if asked.elementsEqual(there) { return BlockShift.none }
        if there.count > asked.count, there.suffix(asked.count).elementsEqual(asked) {
            return .add(Array(there.dropLast(asked.count)))
        }
        if asked.count > there.count, asked.suffix(there.count).elementsEqual(there) {
            return .remove(Array(asked.dropLast(there.count)))
        }
        return nil
    }

    /// A line of the new text as it must stand in the file.
    func apply(_ line: [UInt8]) -> [UInt8] {
        switch self {
        case .none: return line
        case .add(let prefix): return line.allSatisfy(TextLines.isSpace) ? line : prefix + line
        case .remove(let prefix): return Array(line.dropFirst(zip(prefix, line).prefix { $0 == $1 }.count))
        case .tabs, .spaces:
            let spaces = line.prefix { $0 == 32 || $0 == 9 }
            return indentation(spaces) + line.dropFirst(spaces.count)
        }
    }

    private func indentation(_ asked: ArraySlice<UInt8>) -> [UInt8] {
        switch self {
        case .tabs(let width):
            let count = asked.prefix { $0 == 32 }.count
            return Array(repeating: 9, count: count / width) + Array(repeating: 32, count: count % width)
                + asked.dropFirst(count)
        case .spaces(let width):
            let count = asked.prefix { $0 == 9 }.count
            return Array(repeating: 32, count: count * width) + asked.dropFirst(count)
        default: return Array(asked)
        }
    }
}
