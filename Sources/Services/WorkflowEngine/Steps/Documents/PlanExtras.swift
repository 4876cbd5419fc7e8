import Files

/// What a plan may bring besides itself: research, data model, contracts and a quickstart.
struct PlanExtras: Sendable {
    var root: FilePath
    var folder: String

    private static let known = ["research.md", "data-model.md", "quickstart.md"]

    /// Those that there are, below the feature's folder.
    var names: [String] {
        get throws {
            let place = root.appending(folder)
            return try FeatureStore.files(below: place).filter { Self.known.contains($0) || $0.hasPrefix("contracts/") }
        }
    }

    /// One sentence for each that says nothing, or is no document.
    func faults() throws -> [String] {
        try names.compactMap { name in
            // What is no text is told as such.
            guard let text = try? FileSystem.readText(root.appending("\(folder)/\(name)"), limit: 16 << 20) else {
                return "\(name) is no text: write it anew, or leave it out."
            }
            guard name.hasSuffix(".md") else {
                return text.contains { !$0.isWhitespace } ? nil : "\(name) is empty: fill it, or leave it out."
            }
            let lines = text.split(whereSeparator: \.isNewline).filter { $0.contains { !$0.isWhitespace } }
            guard lines.count > 1, lines.contains(where: { $0.hasPrefix("# ") }) else {
                return "\(name) says nothing: begin it with a heading of level 1 and fill it, or leave it out."
            }
            return nil
        }
    }
}
