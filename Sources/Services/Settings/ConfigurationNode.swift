import Money
import YAML

/// A place in a configuration file that knows its name, so that every complaint can say where it is.
struct ConfigurationNode {
    let node: YAMLNode
    /// The keys that lead here, such as `models.providers.local`.
    let key: String
    let file: String

    func fault(_ message: String) -> SettingsError {
        SettingsError("\(file):\(node.mark.line): \(key.isEmpty ? "" : "\(key) ")\(message)")
    }

    /// The entries of a mapping; its keys must be among the known ones.
    func entries(known: [String]) throws -> [(name: String, value: ConfigurationNode)] {
        let entries = try entries()
        for entry in entries where !known.contains(entry.name) {
            let nearest = NearestWord.find(entry.name, among: known).map { "; did you mean '\($0)'?" } ?? ""
            let list = nearest.isEmpty ? " (known: \(known.joined(separator: ", ")))" : ""
            throw SettingsError("\(file):\(entry.value.keyLine): unknown key '\(entry.value.key)'\(nearest)\(list)")
        }
        return entries
    }

    /// The entries of a mapping with free keys.
    func entries() throws -> [(name: String, value: ConfigurationNode)] {
        if node.isNull { return [] }
        guard let pairs = node.pairs else { throw fault("has to be a mapping of keys to values") }
        return try pairs.map { pair in
            guard let name = pair.key.string else { throw fault("has a key that is no text") }
            let path = key.isEmpty ? name : "\(key).\(name)"
            return (name, ConfigurationNode(node: pair.value, key: path, file: file, keyLine: pair.key.mark.line))
        }
    }

    private let keyLine: Int

    init(node: YAMLNode, key: String, file: String, keyLine: Int? = nil) {
        self.node = node
        self.key = key
        self.file = file
        self.keyLine = keyLine ?? node.mark.line
    }

    /// What is beyond is a slip, and would overflow where it is multiplied.
    private static let highestCount = 1_000_000_000_000
    private static let longestTime = 366 * 86_400

    func text() throws -> String {
        guard let text = node.string, !text.isEmpty else { throw fault("has to be a text") }
        return text
    }

    /// `provider/model`.
    func modelName() throws -> String {
        let name = try text()
        guard Self.isModelName(name) else {
            throw fault("has to be of the form provider/model, such as anthropic/claude-sonnet-4-5, not '\(name)'")
        }
        return name
    }

    static func isModelName(_ name: String) -> Bool { name.contains("/") && name.first != "/" && name.last != "/" }

    func texts() throws -> [String] {
        if node.isNull { return [] }
        guard let items = node.items else { return [try text()] }
        return try items.map { try ConfigurationNode(node: $0, key: key, file: file).text() }
    }

    func count(atLeast minimum: Int = 1) throws -> Int {
        guard let number = node.int, number >= minimum else {
            throw fault("has to be a whole number of at least \(minimum)")
        }
        guard number <= Self.highestCount else { throw fault("has to be at most \(Self.highestCount)") }
        return number
    }

    func money() throws -> USD {
        guard let text = node.scalarText, let amount = USD(parsing: text), amount >= .zero else {
            throw fault("has to be an amount in dollars, such as 2.50")
        }
        return amount
    }

    /// `90s`, `5m`, `2h`, `1d`, or a number of seconds.
    func duration() throws -> Duration {
        guard let text = node.scalarText, let last = text.last else {
            throw fault("has to be a time, such as 90s or 5m")
        }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let number = units[last] == nil ? text : String(text.dropLast())
        guard let count = Int(number), count > 0 else {
            throw fault("has to be a time, such as 90s or 5m, not '\(text)'")
        }
        let unit = units[last] ?? 1
        guard count <= Self.longestTime / unit else { throw fault("has to be at most a year, not '\(text)'") }
        return .seconds(count * unit)
    }

    /// `512MB`, `2GB`, or a number of bytes; units are powers of 1024.
    func bytes() throws -> Int {
        let text = (node.scalarText ?? "").filter { $0 != " " }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units = ["": 1, "B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        var unit = text.dropFirst(digits.count).uppercased()
        for ending in ["IB", "B"] where unit.count > 1 && unit.hasSuffix(ending) {
            unit.removeLast(ending.count)
            break
        }
        guard let count = Int(digits), count > 0, let scale = units[unit], count <= (1 << 50) / scale else {
            throw fault("has to be a size, such as 512MB or 4GB, not '\(node.scalarText ?? "")'")
        }
        return count * scale
    }

    /// A number above zero, such as `1.5`.
    func share() throws -> Double {
        guard let text = node.scalarText, let number = Double(text), number > 0, number <= 1024 else {
            throw fault("has to be a number above 0, such as 1.5, not '\(node.scalarText ?? "")'")
        }
        return number
    }

    func choice<Value: RawRepresentable & CaseIterable>(_: Value.Type) throws -> Value where Value.RawValue == String {
        let text = node.scalarText ?? ""
        guard let value = Value(rawValue: text) else {
            let all = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault("has to be one of \(all), not '\(text)'")
        }
        return value
    }

    func isOn() throws -> Bool {
        switch node.scalarText {
        case "on", "true", "yes": true
        case "off", "false", "no": false
        default: throw fault("has to be on or off")
        }
    }
}
