import JSON
import Money

/// A value of a line with its path, for messages.
struct WarmingNode {
    let value: JSONValue
    private let path: String

    init(_ value: JSONValue, _ path: String) {
        self.value = value
        self.path = path
    }

    func fault(_ member: String?, _ problem: String) -> CacheError {
        CacheError(.warming, "\(member.map(name) ?? path) \(problem)")
    }

    private func name(_ member: String) -> String { path == "the line" ? member : "\(path).\(member)" }

    /// Refuses members that mean nothing: what is misspelt would be lost.
    func allow(_ known: [String]) throws {
        guard let object = value.objectValue else { throw fault(nil, "has to be an object, not \(value.summary)") }
        for key in object.keys where !known.contains(key) {
            throw fault(key, "is not known (known: \(known.joined(separator: ", ")))")
        }
    }

    func node(_ member: String) throws -> WarmingNode {
        guard let found = value[member] else { throw fault(member, "is missing") }
        return WarmingNode(found, name(member))
    }

    func list(_ member: String) throws -> [WarmingNode] {
        let node = try node(member)
        guard let elements = node.value.arrayValue else {
            throw fault(member, "has to be a list, not \(node.value.summary)")
        }
        return elements.enumerated().map { WarmingNode($1, "\(name(member))[\($0)]") }
    }

    func text(_ member: String, or missing: String? = nil) throws -> String {
        if value[member] == nil, let missing { return missing }
        let node = try node(member)
        guard let text = node.value.stringValue else {
            throw fault(member, "has to be a text, not \(node.value.summary)")
        }
        return text
    }

    func count(_ member: String, or missing: Int? = nil) throws -> Int {
        if value[member] == nil, let missing { return missing }
        let node = try node(member)
        guard let count = node.value.intValue, count >= 0, count <= 1_000_000_000 else {
            throw fault(member, "has to be a whole number, not \(node.value.summary)")
        }
        return count
    }

    func number(_ member: String) throws -> Double? {
        guard let found = value[member] else { return nil }
        guard let number = found.doubleValue, number >= 0 else {
            throw fault(member, "has to be a number of at least 0, not \(found.summary)")
        }
        return number
    }

    func money(_ member: String) throws -> USD {
        guard let number = try number(member) else { return .zero }
        guard number <= 1_000_000 else { throw fault(member, "has to be an amount in dollars, such as 0.002") }
        return USD(micros: Int64((number * 1_000_000).rounded()))
    }
}
