import JSON
import SpecDocuments

/// A `links.json` as text: one link a line in a fixed order, so that two branches that link different things merge.
///
/// There are no times and no machines in it; the same links always give the same bytes.
package struct LinkFile: Sendable, Hashable {
    package static let version = 1

    package var links: FeatureLinks
    /// The line of each link by what it says, from 1; those of a reflowed file are not known.
    package private(set) var lines: [String: Int] = [:]

    package init(_ links: FeatureLinks) { self.links = links }

    // MARK: - Writing

    package var text: String {
        var all: [JSONValue] = []
        all += links.requirements.sorted { Self.before($0.id, $1.id) }.map {
            ["requirement": .string($0.id), "state": .string($0.state.rawValue), "hash": .string($0.hash)]
        }
        all += links.services.sorted { ($0.requirement, $0.task) < ($1.requirement, $1.task) }.map {
            ["requirement": .string($0.requirement), "task": .string($0.task)]
        }
        all += links.tests.sorted { ($0.requirement, $0.place) < ($1.requirement, $1.place) }.map {
            ["requirement": .string($0.requirement), "test": .string($0.place), "hash": .string($0.hash)]
        }
        all += links.tasks.sorted { $0.id < $1.id }.map {
            ["task": .string($0.id), "done": .bool($0.isDone), "hash": .string($0.hash)]
        }
        all += links.commits.sorted { ($0.task, $0.id) < ($1.task, $1.id) }.map {
            ["task": .string($0.task), "commit": .string($0.id), "hash": .string($0.hash)]
        }
        all += links.symbols.sorted { ($0.task, $0.place) < ($1.task, $1.place) }.map {
            ["task": .string($0.task), "symbol": .string($0.place), "hash": .string($0.hash)]
        }
        // A last line that never changes, so that no link's line changes for the sake of a comma.
        let body = all.map { $0.text() + ",\n" }.joined()
        return "{\"version\":\(Self.version),\"links\":[\n\(body){\"end\":true}\n]}\n"
    }

    private static func before(_ one: String, _ other: String) -> Bool {
        guard let first = StatementKey(one), let second = StatementKey(other), first != second else {
            return one < other
        }
        return first < second
    }

    // MARK: - Reading

    /// Throws `broken` with the line and what to do, and `newer` for a file of a later version.
    package init(parsing bytes: [UInt8], path: String) throws(ProofError) {
        if let line = Self.conflict(bytes) {
            throw ProofError(
                .broken,
                "\(path), line \(line): an unresolved git conflict; remove its markers (where both sides keep lines, keep both), or record it anew with vencejo specs link.",
                line: line)
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw Self.broken(path, error.location?.line ?? 1, "is no JSON: \(error.message)")
        }
        guard let version = value["version"]?.intValue else {
            throw Self.broken(path, 1, "has no \"version\"")
        }
        guard version <= Self.version else {
            throw ProofError(
                .newer,
                "\(path), line 1: it is of version \(version), and this Vencejo reads \(Self.version) and older; take a newer Vencejo.",
                line: 1)
        }
        guard let items = value["links"]?.arrayValue else { throw Self.broken(path, 1, "has no list of \"links\"") }
        let isOneALine = bytes.count { $0 == 10 } == items.count + 2
        links = FeatureLinks()
        var seen: Set<String> = []
        for (index, item) in items.enumerated() {
            let line = isOneALine ? index + 2 : 1
            if item["end"] != nil { continue }
            let key = try add(item, line, path)
            guard seen.insert(key).inserted else { throw Self.broken(path, line, "says twice what it says of \(key)") }
            lines[key] = line
        }
        try check(path)
    }

    private mutating func add(_ item: JSONValue, _ line: Int, _ path: String) throws(ProofError) -> String {
        func text(_ name: String) -> String? { item[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
        func digest() throws(ProofError) -> String {
            guard let hash = text("hash") else { throw Self.broken(path, line, "has a link without a \"hash\"") }
            return hash
        }
        if let requirement = text("requirement") {
            guard StatementKey(requirement) != nil else {
                throw Self.broken(path, line, "names '\(requirement.prefix(40))', which is no id such as FR-001")
            }
            if let task = text("task") {
                links.services.append(.init(requirement: requirement, task: task))
                return Self.key(requirement, task)
            }
            if let test = text("test") {
                links.tests.append(.init(requirement: requirement, place: test, hash: try digest()))
                return Self.key(requirement, test)
            }
            guard let state = text("state").flatMap(ProofState.init) else {
                throw Self.broken(path, line, "does not say whether \(requirement) was proven, claimed or open")
            }
            links.requirements.append(.init(id: requirement, state: state, hash: try digest()))
            return requirement
        }
        guard let task = text("task") else {
            throw Self.broken(path, line, "has a link of neither a requirement nor a task")
        }
        if let commit = text("commit") {
            guard commit.count >= 40, commit.allSatisfy(\.isHexDigit) else {
                throw Self.broken(path, line, "names '\(commit.prefix(40))', which is no whole id of a commit")
            }
            links.commits.append(.init(task: task, id: commit, hash: try digest()))
            return Self.key(task, commit)
        }
        if let symbol = text("symbol") {
            links.symbols.append(.init(task: task, place: symbol, hash: try digest()))
            return Self.key(task, symbol)
        }
        links.tasks.append(.init(id: task, isDone: item["done"]?.boolValue ?? false, hash: try digest()))
        return task
    }

    /// Every link leads from something that is recorded.
    private func check(_ path: String) throws(ProofError) {
        let requirements = Set(links.requirements.map(\.id))
        let tasks = Set(links.tasks.map(\.id))
        for id in links.services.map(\.requirement) + links.tests.map(\.requirement) where !requirements.contains(id) {
            throw Self.broken(path, line(of: id), "links \(id), of which it records nothing")
        }
        for id in links.services.map(\.task) + links.commits.map(\.task) + links.symbols.map(\.task)
        where !tasks.contains(id) {
            throw Self.broken(path, line(of: id), "links \(id), of which it records nothing")
        }
    }

    private func line(of id: String) -> Int {
        lines.filter { $0.key == id || $0.key.hasPrefix(id + " ") || $0.key.hasSuffix(" " + id) }.map(\.value).min()
            ?? 1
    }

    /// What ``lines`` goes by: the id, or both ends of a link.
    package static func key(_ one: String, _ other: String) -> String { "\(one) \(other)" }

    private static func broken(_ path: String, _ line: Int, _ what: String) -> ProofError {
        ProofError(
            .broken,
            "\(path), line \(line): it \(what); restore it from git, or remove it and record it anew with vencejo specs link.",
            line: line)
    }

    private static func conflict(_ bytes: [UInt8]) -> Int? {
        for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated()
        where line.starts(with: "<<<<<<<".utf8) || line.starts(with: ">>>>>>>".utf8) {
            return index + 1
        }
        return nil
    }
}
