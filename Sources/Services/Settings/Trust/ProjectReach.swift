import InternetAddresses
import Money
import YAML

/// A line of a project's settings that reaches further than the project's own work: to money, secrets, other hosts, or out
/// of the sandbox.
///
/// Settings come with a repository, so that such lines hold only once the user trusts them (`vencejo config trust`).
package struct ProjectReach: Sendable, Hashable {
    /// The keys that lead there, such as `models.providers.work.base_url`.
    package let key: String
    package let line: Int
    /// What it does, to be read behind the key.
    package let effect: String

    /// Every such line of a document, in its order.
    ///
    /// - Parameter settings: what holds without it, for amounts that a project may lower but not raise.
    static func found(in document: YAMLNode, over settings: Settings) -> [ProjectReach] {
        let search = Search(document)
        for provider in search.pairs("models.providers") {
            let name = provider.key.scalarText ?? ""
            let key = "models.providers.\(name)"
            if settings.models.providers[name] != nil {
                search.add(key, provider, "takes the place of a provider of yours")
            }
            let isHere = provider.value.pair("base_url").map { isThisMachine($0.value.scalarText ?? "") } ?? false
            if let free = provider.value.pair("free"), !isOff(free.value), !isHere {
                search.add(key + ".free", free, "counts calls as free, so that no budget holds")
            }
            if let url = provider.value.pair("base_url"), !isThisMachine(url.value.scalarText ?? "") {
                search.add(
                    key + ".base_url", url, "sends what agents read to \(url.value.scalarText ?? "another host")")
            }
            search.add(
                key + ".api_key_file", provider.value.pair("api_key_file"), "reads a key from a file of yours")
        }
        search.add("models.prices", "changes what calls are counted as")
        search.add("models.catalogue", "changes what calls are counted as")
        search.add("models.unknown_prices", "lets calls be made whose price nobody knows") { $0.string == "allow" }
        search.add("limits.budget", "raises what a run may spend") { node in
            let amount = node.scalarText.flatMap { USD(parsing: $0) }
            return amount.map { $0 > settings.limits.budget } ?? false
        }
        search.add("sandbox", "takes commands out of the sandbox") { isOff($0) }
        search.add("sandbox.enabled", "takes commands out of the sandbox") { isOff($0) }
        search.add("sandbox.network", "opens the network to commands") { !isOff($0) }
        search.add("sandbox.allow", "opens hosts to commands")
        search.add("sandbox.caches", "shows folders of yours to commands")
        search.add("sandbox.readable", "shows files outside the project to commands")
        search.add("sandbox.writable", "lets commands write outside the project")
        search.add("sandbox.environment", "shows variables of your environment to commands")
        search.add("policy.allow", "lets tools go without asking")
        search.add("policy.allow_paths", "opens paths to agents")
        search.add("policy.web_hosts", "opens hosts of your network to agents")
        for name in ["address", "socket", "hosts", "tls"] {
            search.add("serve.\(name)", "changes who reaches the gateway")
        }
        search.add("serve.aliases", "changes which models the gateway's clients pay for")
        search.add("serve.keep_calls", "has lines of your ledger added up and removed")
        search.add("batches.handover", "may have batches handed over and paid twice")
        search.add("batches.arrival", "may have batches handed over and paid twice")
        search.add("batches.keep", "has results of the gateway's clients removed")
        search.add("cache.share", "gives answers to others than who paid for them") { $0.scalarText != "none" }
        search.add("cache.semantic", "sends questions to another provider") { !isOff($0) }
        search.add("budgets.alert", "silences alerts of budgets") { isOff($0) }
        return search.found
    }

    /// What does not switch off counts as on: what it means is for its reader to say.
    private static func isOff(_ node: YAMLNode) -> Bool {
        node.bool == false || ["off", "no", "false"].contains(node.scalarText?.lowercased())
    }

    private static func isThisMachine(_ url: String) -> Bool {
        guard let authority = url.split(separator: "/").dropFirst().first, !authority.contains("@") else {
            return false
        }
        let name =
            authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return name == "localhost" || IPAddress(String(name))?.closedPlace == "this machine"
    }

    /// Looks for keys in a document and keeps what it found.
    private final class Search {
        private let document: YAMLNode
        private(set) var found: [ProjectReach] = []

        init(_ document: YAMLNode) { self.document = document }

        func pairs(_ key: String) -> [YAMLNode.Pair] { pair(key)?.value.pairs ?? [] }

        func add(_ key: String, _ effect: String, where reaches: (YAMLNode) -> Bool = { _ in true }) {
            guard let pair = pair(key), reaches(pair.value) else { return }
            add(key, pair, effect)
        }

        func add(_ key: String, _ pair: YAMLNode.Pair?, _ effect: String) {
            guard let pair, !pair.value.isNull else { return }
            found.append(ProjectReach(key: key, line: pair.key.mark.line, effect: effect))
        }

        private func pair(_ key: String) -> YAMLNode.Pair? {
            var names = key.split(separator: ".")
            guard let last = names.popLast() else { return nil }
            return names.reduce(document as YAMLNode?) { $0?[String($1)] }?.pair(String(last))
        }
    }
}

extension YAMLNode {
    fileprivate func pair(_ name: String) -> Pair? { pairs?.first { $0.key.scalarText == name } }
}
