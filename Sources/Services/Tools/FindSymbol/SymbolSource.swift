package import Files
package import Policy

/// Where the names of a workspace's source files are defined and used.
package protocol SymbolSource: Sendable {
    /// The places of a name as the files are now, the best first; files that the rules close are left out.
    ///
    /// - Parameter name: A whole name, or a part of one where nothing has it whole.
    func places(of name: String, _ role: SymbolPlace.Role, in root: FilePath, paths: PathRules) async throws
        -> [SymbolPlace]
}

/// Knows no symbols: the answer is that there are none, and that `search` finds any text.
package struct NoSymbols: SymbolSource {
    package init() {}

    package func places(
        of name: String, _ role: SymbolPlace.Role, in root: FilePath, paths: PathRules
    ) async throws -> [SymbolPlace] { [] }
}

/// A line that defines or uses a name.
package struct SymbolPlace: Sendable, Hashable {
    package enum Role: String, Sendable, Hashable, CaseIterable { case definitions, references }

    /// Relative to the workspace.
    package var path: String
    /// From 1.
    package var line: Int
    /// The last line of the definition; of a reference the same line.
    package var lastLine: Int
    package var name: String
    /// What it is: `function`, `type`.
    package var kind: String
    /// A definition's head on one line; empty for a reference.
    package var signature: String

    package init(path: String, line: Int, lastLine: Int, name: String, kind: String, signature: String) {
        self.path = path
        self.line = line
        self.lastLine = lastLine
        self.name = name
        self.kind = kind
        self.signature = signature
    }
}
