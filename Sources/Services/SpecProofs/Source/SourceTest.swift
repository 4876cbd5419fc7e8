import SpecDocuments

/// A test as its source says it, with the requirements that it names.
package struct SourceTest: Sendable, Hashable {
    /// Below the project's root.
    package var path: String
    /// Within its file, such as `StoreTests.test_load`.
    package var name: String
    /// Its last name alone.
    package var title: String
    /// The names around it.
    package var containers: [String]
    package var line: Int
    package var hash: String
    package var mentions: [StatementMention]

    /// As links name it.
    package var place: String { "\(path)#\(name)" }

    /// The tests of a file that name requirements.
    package static func all(in outline: SourceOutline, path: String) -> [SourceTest] {
        outline.tests.map { test(outline, $0, path) }.filter { !$0.mentions.isEmpty }
    }

    static func test(_ outline: SourceOutline, _ entry: SourceOutline.Entry, _ path: String) -> SourceTest {
        SourceTest(
            path: path, name: entry.path, title: entry.name, containers: entry.containers, line: entry.line,
            hash: outline.hash(of: entry), mentions: outline.mentions(of: entry))
    }
}

extension SourceOutline {
    /// What a test names: in its name, in what stands above it, in its docstring, or in those of the groups around it.
    func mentions(of entry: Entry) -> [StatementMention] {
        var texts = [entry.head, entry.name]
        for other in entries where other.line < entry.line && entry.lastLine <= other.lastLine && other != entry {
            texts.append(other.head)
        }
        var seen: Set<String> = []
        var found: [StatementMention] = []
        for text in texts {
            var mentions = StatementMentions.find(in: text)
            let known = Set(mentions.map(\.key))
            // Members of ranges such as FR-001–FR-003.
            for key in StatementKey.all(in: text).subtracting(known).sorted() {
                mentions.append(StatementMention(key: key, feature: nil, range: 0..<0))
            }
            for mention in mentions where seen.insert("\(mention.key) \(mention.feature ?? "")").inserted {
                found.append(mention)
            }
        }
        return found
    }

    /// A feature's folder that the file names in a comment at its very beginning, such as `specs/003-json-flag`.
    package var featureAtTop: String? {
        for line in 0..<min(lines.count, 30) {
            guard
                lines.roles[line] == .comment || lines.roles[line] == .inner || lines.roles[line] == .blank || line == 0
            else { return nil }
            let text = lines.text(line)
            guard let place = text.firstRange(of: "specs/") else { continue }
            let name = text[place.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            if !name.isEmpty { return String(name) }
        }
        return nil
    }
}
