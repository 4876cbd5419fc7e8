/// Which files of a workspace may be read and written.
///
/// The built-in denials always hold; then a `deny` pattern, then, where there are `allow` patterns, the lack of one.
package struct PathRules: Sendable, Hashable {
    package enum Access: String, Sendable, Hashable, CaseIterable { case read, write }

    package enum Decision: Sendable, Hashable {
        case allow
        /// The reason names the rule, for the model and the user.
        case deny(String)
    }

    private struct Layer: Sendable, Hashable {
        var allow: [Glob]
        var deny: [Glob]
    }

    private var layers: [Layer]

    package init(allow: [String] = [], deny: [String] = []) {
        layers = [Layer(allow: allow.map { Glob($0) }, deny: deny.map { Glob($0) })]
    }

    /// What both allow; for agents that work for others.
    package func narrowed(by other: PathRules) -> PathRules {
        var result = self
        result.layers += other.layers.filter { !layers.contains($0) }
        return result
    }

    /// The patterns as a text that is the same in every process, for keys of what depends on the rules.
    package var identity: String {
        layers.map { "allow \($0.allow.map(\.pattern)) deny \($0.deny.map(\.pattern))" }.joined(separator: "\n")
    }

    package func decide(_ path: String, for access: Access) -> Decision {
        let name: String
        switch WorkspacePath.read(path) {
        case .refused(let reason): return .deny("\(reason); name a file inside the workspace")
        case .path(let path): name = path
        }
        if let rule = BuiltInPathRule.denial(of: name, for: access) {
            return .deny("\(name) may not be \(Self.participle(access)): \(rule.reason) (built-in rule \(rule.name))")
        }
        for layer in layers {
            if let glob = layer.deny.first(where: { $0.matches(name) }) {
                return .deny("\(name) may not be \(Self.participle(access)): it is denied by \(glob.pattern)")
            }
            if !layer.allow.isEmpty, !layer.allow.contains(where: { $0.matches(name) }) {
                let patterns = layer.allow.map(\.pattern).joined(separator: ", ")
                return .deny(
                    "\(name) may not be \(Self.participle(access)): it is outside of what is allowed, \(patterns)")
            }
        }
        return .allow
    }

    private static func participle(_ access: Access) -> String { access == .read ? "read" : "written" }
}
