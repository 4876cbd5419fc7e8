package import Policy
import YAML

/// A role: what an agent is told, which tools it has, and what it may do with them.
///
/// One Markdown file.
package struct AgentDefinition: Sendable {
    package var name: String
    package var description: String
    /// `provider/model`, where the agent has one of its own.
    package var model: String?
    package var tools: Set<String>
    /// Where it may write, within what the project allows.
    package var writes: PathRules
    package var maxOutputTokens: Int
    /// Whether other agents may start it.
    package var isSpawnable: Bool
    package var instructions: String

    /// Reads an agent's file: front matter with `name`, `description`, `tools` and, optionally, `model`, `may_write`,
    /// `may_not_write` (lists of globs), `max_output_tokens` and `spawnable`; then the instructions.
    package init(parsing text: String, file: String) throws(AgentError) {
        let parts: (yaml: YAMLNode?, body: String, bodyLine: Int)
        do {
            parts = try FrontMatter.split(text)
        } catch {
            throw AgentError("\(file):\(error.line): \(error.message)")
        }
        guard let header = parts.yaml else {
            throw AgentError("\(file):1: an agent's file begins with front matter between two lines of ---")
        }
        try Self.check(header, file)
        func field(_ key: String) throws(AgentError) -> String {
            guard let value = header[key]?.string, !value.isEmpty else {
                throw AgentError("\(file):1: the agent's front matter has no '\(key)'")
            }
            return value
        }
        name = try field("name")
        description = try field("description")
        model = header["model"]?.string
        tools = Set(try Self.texts("tools", in: header, file) ?? [])
        guard !tools.isEmpty else {
            throw AgentError("\(file):1: the agent '\(name)' has no tools; list at least finish")
        }
        let allowed = try Self.texts("may_write", in: header, file)
        let denied = try Self.texts("may_not_write", in: header, file) ?? []
        // An empty list means nowhere; to the rules it would mean everywhere.
        writes = PathRules(allow: allowed ?? [], deny: allowed?.isEmpty == true ? ["**"] : denied)
        maxOutputTokens = try Self.outputTokens(header["max_output_tokens"], file)
        isSpawnable = try Self.flag("spawnable", in: header, file)
        instructions = parts.body
    }

    /// A list of texts, or one text alone; nil where the key is absent.
    private static func texts(_ key: String, in header: YAMLNode, _ file: String) throws(AgentError) -> [String]? {
        guard let node = header[key] else { return nil }
        let items = node.items ?? [node]
        let texts = items.compactMap(\.string)
        guard texts.count == items.count, !texts.contains("") else {
            throw AgentError("\(file):\(node.mark.line): '\(key)' has to be a list of texts")
        }
        return texts
    }

    private static func outputTokens(_ node: YAMLNode?, _ file: String) throws(AgentError) -> Int {
        guard let node else { return 16_384 }
        guard let count = node.int, (1...1_000_000).contains(count) else {
            throw AgentError("\(file):\(node.mark.line): 'max_output_tokens' has to be a number from 1 to 1000000")
        }
        return count
    }

    private static func flag(_ key: String, in header: YAMLNode, _ file: String) throws(AgentError) -> Bool {
        guard let node = header[key] else { return false }
        guard let value = node.bool else {
            throw AgentError("\(file):\(node.mark.line): '\(key)' has to be true or false")
        }
        return value
    }

    private static let knownKeys = [
        "name", "description", "model", "tools", "may_write", "may_not_write", "max_output_tokens", "spawnable",
    ]

    private static func check(_ header: YAMLNode, _ file: String) throws(AgentError) {
        for pair in header.pairs ?? [] {
            guard let key = pair.key.string, !knownKeys.contains(key) else { continue }
            throw AgentError(
                "\(file):\(pair.key.mark.line): unknown key '\(key)'; an agent has \(knownKeys.joined(separator: ", "))"
            )
        }
    }
}

package struct AgentError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}
