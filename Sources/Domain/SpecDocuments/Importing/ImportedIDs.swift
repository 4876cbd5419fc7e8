/// What the ids of a document that comes from elsewhere are called here.
///
/// An id that was known before keeps its name; others get the numbers behind the highest, so that a document that has grown
/// at its source is read again without anything being called anew.
package struct ImportedIDs: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case story, requirement, task
        /// A task that only holds others, and is a heading here.
        case phase
    }

    package struct Entry: Sendable, Hashable {
        package var kind: Kind
        /// As the source has it: `1.2`, or words where it has no number.
        package var old: String
        package var new: String

        package init(_ kind: Kind, old: String, new: String) {
            self.kind = kind
            self.old = old
            self.new = new
        }
    }

    /// Those that the documents have now, in the order in which they stand there.
    package private(set) var entries: [Entry] = []
    /// Old ids that stood twice, each with what the second one is called here.
    package private(set) var doubles: [Entry] = []
    private var known: [Kind: [String: String]] = [:]
    private var given: [Kind: Set<String>] = [:]
    private var highest: [Kind: Int] = [:]
    /// What the ids that the documents have now are called, and how often each stood.
    private var now: [Kind: [String: String]] = [:]
    private var times: [Kind: [String: Int]] = [:]
    /// By `2` what `2.1` and `2.3.1` are called.
    private var within: [Kind: [String: [String]]] = [:]

    /// - Parameter known: what an earlier import has given.
    package init(known: [Entry] = []) {
        for entry in known {
            self.known[entry.kind, default: [:]][entry.old] = entry.new
            keep(entry.new, entry.kind)
        }
    }

    /// The new name of an id that the document gives here.
    ///
    /// - Parameter wanted: a name that is taken where it is free, as the document had it already.
    mutating func define(_ old: String, _ kind: Kind, wanted: String? = nil) -> String {
        let time = (times[kind]?[old] ?? 0) + 1
        times[kind, default: [:]][old] = time
        // The second and third of one id have names of their own, which stay theirs.
        let key = time > 1 ? "\(old) (\(time))" : old
        let new: String
        if let before = known[kind]?[key] {
            new = before
        } else if let wanted, given[kind]?.contains(wanted) != true {
            new = wanted
        } else {
            new = Self.name((highest[kind] ?? 0) + 1, kind)
        }
        keep(new, kind)
        entries.append(Entry(kind, old: key, new: new))
        now[kind, default: [:]][key] = new
        var parts = old.split(separator: ".").dropLast()
        while !parts.isEmpty, time == 1, old.first?.isNumber == true {
            within[kind, default: [:]][parts.joined(separator: "."), default: []].append(new)
            parts.removeLast()
        }
        if time > 1 { doubles.append(Entry(kind, old: old, new: new)) }
        return new
    }

    /// Keeps names from being given that the document has already.
    mutating func reserve(_ names: some Sequence<String>, _ kind: Kind) {
        for name in names { keep(name, kind, isGiven: false) }
    }

    /// What an id is called here; a whole requirement is all that belongs to it.
    func names(of old: String, _ kind: Kind) -> [String] {
        if let name = now[kind]?[old] { return [name] }
        return within[kind]?[old] ?? []
    }

    private mutating func keep(_ name: String, _ kind: Kind, isGiven: Bool = true) {
        if isGiven { given[kind, default: []].insert(name) }
        let digits = name.drop { !$0.isNumber }.prefix { $0.isNumber }
        highest[kind] = max(highest[kind] ?? 0, Int(digits) ?? 0)
    }

    private static func name(_ number: Int, _ kind: Kind) -> String {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        switch kind {
        case .story: return "US\(number)"
        case .requirement: return "FR-\(padded)"
        case .task: return "T\(padded)"
        case .phase: return "Phase \(number)"
        }
    }
}
