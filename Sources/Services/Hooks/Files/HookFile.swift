import Files
import YAML

/// Reads a `hooks.yaml`: a list of hooks, or a mapping with the list under `hooks`.
package enum HookFile {
    package static let projectFile = ".vencejo/hooks.yaml"

    /// - Parameter file: How complaints call it.
    package static func hooks(parsing text: String, file: String, owner: Hook.Owner) throws(HooksError) -> [Hook] {
        let node: YAMLNode
        do throws(YAMLError) {
            node = try YAMLNode.parse(text)
        } catch {
            throw HooksError(.malformed, "\(file):\(error.line):\(error.column): \(error.message)")
        }
        if node.isNull { return [] }
        var list = node
        if let pairs = node.pairs {
            for pair in pairs where pair.key.scalarText != "hooks" {
                throw fault(file, pair.key, "unknown key '\(pair.key.scalarText ?? "")'; a hooks file has hooks")
            }
            list = node["hooks"] ?? node
        }
        if list.isNull { return [] }
        guard let items = list.items else { throw fault(file, list, "hooks have to be a list") }
        guard items.count <= 100 else { throw fault(file, list, "there are more than 100 hooks") }
        var hooks: [Hook] = []
        for (index, item) in items.enumerated() {
            let hook = try hook(item, number: index + 1, file, owner)
            if hooks.contains(where: { $0.name == hook.name }) {
                throw fault(file, item["name"] ?? item, "two hooks are named '\(hook.name)'")
            }
            hooks.append(hook)
        }
        return hooks
    }

    private static let keys = ["name", "on", "match", "run", "timeout", "sandbox"]

    private static func hook(
        _ node: YAMLNode, number: Int, _ file: String, _ owner: Hook.Owner
    ) throws(HooksError) -> Hook {
        guard let pairs = node.pairs else { throw fault(file, node, "a hook has to be a mapping with on and run") }
        for pair in pairs where !keys.contains(pair.key.scalarText ?? "") {
            throw fault(
                file, pair.key,
                "unknown key '\(pair.key.scalarText ?? "")'; a hook has \(keys.joined(separator: ", "))")
        }
        // `on` alone is a truth value to YAML 1.1, and text to everybody who writes it.
        guard let on = node["on"] else { throw fault(file, node, "the hook has no 'on'") }
        guard let moment = HookMoment(rawValue: on.scalarText ?? "") else {
            let all = HookMoment.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(file, on, "'on' has to be one of \(all)")
        }
        guard let run = node["run"] else { throw fault(file, node, "the hook has no 'run'") }
        let (tool, command) = try match(node["match"], moment, file)
        return Hook(
            name: try node["name"].map { node throws(HooksError) in try text(node, "name", file) }
                ?? "\(moment.rawValue)-\(number)",
            moment: moment, tool: tool, command: command, run: try text(run, "run", file),
            timeLimit: try timeLimit(node["timeout"], file), isConfined: try flag(node["sandbox"], file),
            place: "\(file):\(node.mark.line)", owner: owner)
    }

    private static func match(
        _ node: YAMLNode?, _ moment: HookMoment, _ file: String
    ) throws(HooksError) -> (tool: String?, command: String?) {
        guard let node, !node.isNull else { return (nil, nil) }
        guard moment == .beforeTool || moment == .afterTool else {
            throw fault(file, node, "'match' is for before-tool and after-tool; \(moment.rawValue) has no tool")
        }
        guard let pairs = node.pairs else { return (try text(node, "match", file), nil) }
        for pair in pairs where !["tool", "command"].contains(pair.key.scalarText ?? "") {
            throw fault(file, pair.key, "unknown key '\(pair.key.scalarText ?? "")'; match has tool, command")
        }
        func optional(_ key: String) throws(HooksError) -> String? {
            guard let value = node[key] else { return nil }
            return try text(value, key, file)
        }
        return (try optional("tool"), try optional("command"))
    }

    private static func text(_ node: YAMLNode, _ key: String, _ file: String) throws(HooksError) -> String {
        guard let text = node.string, text.contains(where: { !$0.isWhitespace }), !text.contains("\0") else {
            throw fault(file, node, "'\(key)' has to be a text")
        }
        return text
    }

    private static func timeLimit(_ node: YAMLNode?, _ file: String) throws(HooksError) -> Duration {
        guard let node else { return .seconds(60) }
        var digits = node.scalarText ?? ""
        if digits.hasSuffix("s") { digits.removeLast() }
        guard let seconds = Int(digits), (1...600).contains(seconds) else {
            throw fault(file, node, "'timeout' has to be a number of seconds from 1 to 600")
        }
        return .seconds(seconds)
    }

    private static func flag(_ node: YAMLNode?, _ file: String) throws(HooksError) -> Bool {
        guard let node else { return true }
        guard let value = node.bool else { throw fault(file, node, "'sandbox' has to be true or false") }
        return value
    }

    private static func fault(_ file: String, _ node: YAMLNode, _ message: String) -> HooksError {
        HooksError(.malformed, "\(file):\(node.mark.line):\(node.mark.column): \(message)")
    }
}
