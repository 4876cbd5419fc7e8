/// New numbers for ids, carried into every text that speaks of them.
///
/// All ids change at once, so that two may change places. A range such as `T003-T005` becomes a list where its tasks are no
/// neighbours any more. File names that hold an id are left alone.
package struct Renumbering: Sendable, Hashable {
    /// A change of one id, both as they are written.
    package struct Change: Sendable, Hashable {
        package var from: String
        package var to: String
        /// Where the id is given in its document; only for an id that was given twice.
        package var line: Int?
    }

    /// In document order, without ids that stay.
    package let changes: [Change]
    /// Ids that were given twice: what speaks of them means the first from now on.
    package let ambiguous: [String]
    private let names: [String: String]
    /// New ids of definitions whose id stood earlier already, by line.
    private let doubles: [Int: (key: String, id: String)]

    package static func == (one: Renumbering, other: Renumbering) -> Bool {
        one.changes == other.changes && one.ambiguous == other.ambiguous && one.names == other.names
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(changes) }

    /// Which ids get new numbers.
    package enum Extent: Sendable, Hashable {
        /// All, from 1 in the order in which they stand.
        case all
        /// Only those that stand earlier already; they go on behind the highest.
        case collisions
    }

    /// Tasks of a document.
    package init(tasksOf document: TasksDocument, _ extent: Extent = .all) {
        let source = MarkdownSource(document.text)
        var definitions = document.tasks.map { ($0.id, $0.line) }
        var parser = TasksParser(source)
        parser.parse()
        for double in parser.duplicates {
            guard let line = double.line, let id = Self.id(in: source.lines[line - 1].content, prefix: "T") else {
                continue
            }
            definitions.append((id, line))
        }
        self.init(definitions.sorted { $0.1 < $1.1 }, prefix: "T", width: 3, extent)
    }

    /// Requirements of a specification, or with `SC` its success criteria.
    package init(statementsOf spec: SpecDocument, prefix: String = "FR", _ extent: Extent = .all) {
        let source = MarkdownSource(spec.text)
        var definitions = (spec.requirements + spec.successCriteria).filter { Mention.prefix(of: $0.id) == prefix }
            .map { ($0.id, $0.line) }
        var parser = SpecParser(source)
        parser.parse()
        for double in parser.diagnostics {
            guard let line = double.line, let id = Self.id(in: source.lines[line - 1].content, prefix: prefix) else {
                continue
            }
            definitions.append((id, line))
        }
        self.init(definitions.sorted { $0.1 < $1.1 }, prefix: prefix + "-", width: 3, extent)
    }

    /// Changes that the caller chose, from old to new ids.
    ///
    /// Throws `takenID` where two ids would become one.
    package init(_ names: [String: String]) throws(SpecDocumentsError) {
        var byKey: [String: String] = [:]
        var targets: [String: String] = [:]
        for (old, new) in names.sorted(by: { $0.key < $1.key }) {
            guard let key = Mention.key(of: old), let target = Mention.key(of: new) else {
                throw SpecDocumentsError(.unknownItem, "\"\(old)\" or \"\(new)\" is no id such as T001 or FR-001.")
            }
            if let other = targets[target] {
                throw SpecDocumentsError(
                    .takenID, "\(other) and \(old) cannot both become \(new); give one another number.")
            }
            targets[target] = old
            byKey[key] = new
        }
        self.names = byKey
        changes = names.filter { $0.key != $0.value }.sorted { $0.key < $1.key }.map {
            Change(from: $0.key, to: $0.value)
        }
        ambiguous = []
        doubles = [:]
    }

    private init(_ definitions: [(id: String, line: Int)], prefix: String, width: Int, _ extent: Extent) {
        var names: [String: String] = [:]
        var doubles: [Int: (key: String, id: String)] = [:]
        var changes: [Change] = []
        var ambiguous: [String] = []
        let digits = max(
            String(definitions.count).count,
            definitions.map { $0.id.dropFirst(prefix.count).prefix { $0.isNumber }.count }.max() ?? width)
        var highest =
            definitions.compactMap { Int($0.id.dropFirst(prefix.count).prefix { $0.isNumber }) }.max() ?? 0
        for (index, definition) in definitions.enumerated() {
            guard let key = Mention.key(of: definition.id) else { continue }
            if extent == .collisions, names[key] == nil {
                names[key] = definition.id
                continue
            }
            highest += 1
            let number = String(extent == .all ? index + 1 : highest)
            let id = prefix + String(repeating: "0", count: max(0, digits - number.count)) + number
            if names[key] == nil {
                names[key] = id
                if id != definition.id { changes.append(Change(from: definition.id, to: id)) }
            } else {
                doubles[definition.line] = (key, id)
                changes.append(Change(from: definition.id, to: id, line: definition.line))
                if !ambiguous.contains(definition.id) { ambiguous.append(definition.id) }
            }
        }
        // Where ids stay, so do the ways in which texts write them.
        self.names = extent == .all ? names : [:]
        self.doubles = doubles
        self.changes = changes
        self.ambiguous = ambiguous
    }

    /// The new id of one that was there; nil where it stays or is unknown.
    package func name(of id: String) -> String? {
        guard let key = Mention.key(of: id), let name = names[key], name != id else { return nil }
        return name
    }

    /// The text with the new ids, everything else byte for byte.
    ///
    /// - Parameter isOrigin: Whether the text is the document that the numbering was made from, where ids given twice are
    ///   told apart.
    package func applied(to text: String, isOrigin: Bool = false) -> String {
        let bytes = Array(text.utf8)
        let mentions = Mentions.find(in: bytes)
        var edits = TextEdits()
        var lines = isOrigin && !doubles.isEmpty ? LineCounter(bytes) : nil
        var told: Set<Int> = []
        var index = 0
        while index < mentions.count {
            let mention = mentions[index]
            if index + 1 < mentions.count, Mentions.isRange(mention, mentions[index + 1], in: bytes),
                let list = list(from: mention, to: mentions[index + 1])
            {
                edits.replace(mention.range.lowerBound..<mentions[index + 1].range.upperBound, with: list)
                index += 2
                continue
            }
            if let line = lines?.line(at: mention.range.lowerBound), let double = doubles[line],
                double.key == mention.key, told.insert(line).inserted
            {
                edits.replace(mention.range, with: double.id)
            } else if let name = names[mention.key] {
                let isSmall = bytes[mention.range.lowerBound] >= 97
                let new = isSmall ? name.lowercased() : name
                if !new.utf8.elementsEqual(bytes[mention.range]) { edits.replace(mention.range, with: new) }
            }
            index += 1
        }
        return edits.applied(to: text)
    }

    /// The tasks of a range by their new ids, where they do not follow one another any more; nil where they do.
    private func list(from first: Mention, to last: Mention) -> String? {
        let members = (first.number...last.number).compactMap { names["\(first.prefix)-\($0)"] }
        guard members.count > 1, let low = members.first.flatMap(Self.number) else { return nil }
        let isWhole = names["\(first.prefix)-\(first.number)"] != nil && names["\(last.prefix)-\(last.number)"] != nil
        let follow = members.enumerated().allSatisfy { Self.number($0.element) == low + $0.offset }
        return isWhole && follow ? nil : members.joined(separator: ", ")
    }

    private static func number(_ id: String) -> Int? { Int(id.drop { !$0.isNumber }) }

    private static func id(in line: String, prefix: String) -> String? {
        let bytes = Array(line.utf8)
        return Mentions.find(in: bytes).first { $0.prefix == prefix }.map {
            String(decoding: bytes[$0.range], as: UTF8.self)
        }
    }

    /// Numbers of lines for offsets that only grow.
    private struct LineCounter {
        let bytes: [UInt8]
        var position = 0
        var line = 1

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func line(at offset: Int) -> Int {
            while position < offset {
                if bytes[position] == 10 { line += 1 }
                position += 1
            }
            return line
        }
    }
}
