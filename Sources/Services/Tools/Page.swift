/// A part of a long answer: what a tool gives at a time.
struct Page: Sendable, Hashable {
    /// From 1.
    var number: Int
    var size: Int

    /// No number is the first page; beyond ten thousand there is none.
    init(number: Int?, size: Int) {
        self.number = min(max(number ?? 1, 1), 10_000)
        self.size = size
    }

    private var start: Int { (number - 1) * size }

    /// How many entries have to be found to know this page and whether there is another.
    var needed: Int { start + size + 1 }

    /// The page of these entries as text, with a line that says how to go on where there are more.
    ///
    /// - Parameters:
    ///   - name: What the entries are, in plural: `files`.
    ///   - hint: How to get fewer of them.
    func output<Entry>(
        of entries: [Entry], named name: String, hint: String, _ text: (ArraySlice<Entry>) -> String
    ) -> ToolOutput {
        guard !entries.isEmpty else { return .ok("no \(name)") }
        guard entries.count > start else {
            return .error("there is no page \(number): there are only \(entries.count) \(name)")
        }
        let shown = text(entries[start..<min(entries.count, start + size)])
        guard entries.count > start + size else { return .ok(shown) }
        return .ok("\(shown)\n(more than \(start + size) \(name); \(hint), or ask for page \(number + 1))")
    }
}
