import Edits
import Money
import Runs
import YAML

/// Reads a `models.yaml`; every complaint says in which file and line, about which key, and how to mend it.
struct CatalogueReader {
    let file: String

    static func layer(parsing text: String, file: String) throws(CatalogueError) -> CatalogueLayer {
        let document: YAMLNode
        do throws(YAMLError) {
            document = try YAMLNode.parse(text)
        } catch {
            throw CatalogueError(message: "\(file):\(error.line): \(error.message)")
        }
        return try CatalogueReader(file: file).layer(document)
    }

    private func layer(_ document: YAMLNode) throws(CatalogueError) -> CatalogueLayer {
        var layer = CatalogueLayer()
        for (key, node, _) in try entries(of: document, at: "", known: ["models", "usual", "tokenizers"]) {
            switch key {
            case "models":
                for (name, entry, line) in try entries(of: node, at: "models") {
                    layer.models[name] = try model(entry, at: "models.\(name)", line: line)
                }
            case "usual":
                for (kind, modes, _) in try entries(of: node, at: "usual") {
                    let known = Mode.allCases.map(\.rawValue)
                    for (mode, model, _) in try entries(of: modes, at: "usual.\(kind)", known: known) {
                        guard let mode = Mode(rawValue: mode) else { continue }
                        layer.usual[kind, default: [:]][mode] = try text(model, at: "usual.\(kind).\(mode.rawValue)")
                    }
                }
            default:
                for (kind, bytes, _) in try entries(of: node, at: "tokenizers") {
                    guard let number = bytes.double, number >= 0.5, number <= 16 else {
                        throw fault(bytes, "tokenizers.\(kind)", "has to be bytes a token, from 0.5 to 16, such as 3.2")
                    }
                    layer.tokenizers[kind] = number
                }
            }
        }
        return layer
    }

    private static let keys = [
        "context", "output", "tier", "tokenizer", "edit_format", "prices", "can", "aliases", "as_of", "source", "note",
    ]

    private func model(
        _ node: YAMLNode, at path: String, line: Int
    ) throws(CatalogueError) -> CatalogueLayer.PartialEntry {
        var entry = CatalogueLayer.PartialEntry(place: "\(file):\(line)")
        for (key, value, _) in try entries(of: node, at: path, known: Self.keys) {
            let place = "\(path).\(key)"
            switch key {
            case "context": entry.context = try count(value, at: place, from: 256)
            case "output": entry.output = try count(value, at: place, from: 0)
            case "tier": entry.tier = try choice(value, at: place)
            case "tokenizer": entry.tokenizer = try text(value, at: place)
            case "edit_format": entry.editFormat = try choice(value, at: place)
            case "prices": entry.prices = try prices(value, at: place)
            case "can":
                entry.can = Set(
                    try list(value, at: place) { (node) throws(CatalogueError) in try choice(node, at: place) })
            case "aliases":
                entry.aliases = try list(value, at: place) { (node) throws(CatalogueError) in try text(node, at: place)
                }
            case "as_of": entry.asOf = try day(value, at: place)
            case "source": entry.source = try text(value, at: place)
            default: entry.note = try text(value, at: place)
            }
        }
        return entry
    }

    private func prices(_ node: YAMLNode, at path: String) throws(CatalogueError) -> CatalogueLayer.PartialPrices {
        var prices = CatalogueLayer.PartialPrices()
        let words = CatalogueLayer.Price.allCases.map(\.rawValue)
        for (key, value, _) in try entries(of: node, at: path, known: words + ["long"]) {
            if let price = CatalogueLayer.Price(rawValue: key) {
                prices.rates[price] = try money(value, at: "\(path).\(key)")
                continue
            }
            let known = ["above", "input", "output", "cache_read", "cache_write"]
            for (key, rate, _) in try entries(of: value, at: "\(path).long", known: known) {
                if let price = CatalogueLayer.Price(rawValue: key) {
                    prices.long[price] = try money(rate, at: "\(path).long.\(key)")
                } else {
                    prices.longAbove = try count(rate, at: "\(path).long.above", from: 1)
                }
            }
            guard prices.longAbove != nil else {
                throw fault(value, "\(path).long", "needs above: the number of input tokens from which it holds")
            }
        }
        return prices
    }

    // MARK: - Values

    private func fault(_ node: YAMLNode, _ path: String, _ what: String) -> CatalogueError {
        CatalogueError(message: "\(file):\(node.mark.line): \(path.isEmpty ? "a catalogue" : path) \(what)")
    }

    private func entries(
        of node: YAMLNode, at path: String, known: [String]? = nil
    ) throws(CatalogueError) -> [(key: String, value: YAMLNode, line: Int)] {
        if node.isNull { return [] }
        guard let pairs = node.pairs else { throw fault(node, path, "has to be a mapping of keys to values") }
        var entries: [(String, YAMLNode, Int)] = []
        for pair in pairs {
            guard let key = pair.key.scalarText, !key.isEmpty else { throw fault(pair.key, path, "has an empty key") }
            if let known, !known.contains(key) {
                let whole = path.isEmpty ? key : "\(path).\(key)"
                let nearest = NameDistance.nearest(to: key, among: known).map { "did you mean '\($0)'?" }
                throw CatalogueError(
                    message: "\(file):\(pair.key.mark.line): unknown key '\(whole)'; "
                        + (nearest ?? "known are \(known.joined(separator: ", "))"))
            }
            entries.append((key, pair.value, pair.key.mark.line))
        }
        return entries
    }

    private func text(_ node: YAMLNode, at path: String) throws(CatalogueError) -> String {
        guard let text = node.scalarText, !text.isEmpty else { throw fault(node, path, "has to be a text") }
        return text
    }

    private func list<Value>(
        _ node: YAMLNode, at path: String, _ read: (YAMLNode) throws(CatalogueError) -> Value
    ) throws(CatalogueError) -> [Value] {
        guard let items = node.items else { throw fault(node, path, "has to be a list, such as [tools, images]") }
        var values: [Value] = []
        for item in items { values.append(try read(item)) }
        return values
    }

    private func count(_ node: YAMLNode, at path: String, from least: Int) throws(CatalogueError) -> Int {
        guard let number = node.int, (least...1_000_000_000).contains(number) else {
            throw fault(node, path, "has to be a whole number of at least \(least)")
        }
        return number
    }

    private func money(_ node: YAMLNode, at path: String) throws(CatalogueError) -> USD {
        guard let text = node.scalarText, let amount = USD(parsing: text), amount >= .zero else {
            throw fault(node, path, "has to be dollars a million tokens, such as 2.50")
        }
        return amount
    }

    private func choice<Value: RawRepresentable & CaseIterable>(
        _ node: YAMLNode, at path: String
    ) throws(CatalogueError) -> Value where Value.RawValue == String {
        let text = node.scalarText ?? ""
        guard let value = Value(rawValue: text) else {
            throw fault(
                node, path, "has to be one of \(Value.allCases.map(\.rawValue).joined(separator: ", ")), not '\(text)'")
        }
        return value
    }

    /// `2026-11-18`, or a month alone.
    private func day(_ node: YAMLNode, at path: String) throws(CatalogueError) -> String {
        let text = node.scalarText ?? ""
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard (2...3).contains(parts.count), numbers.count == parts.count, parts[0].count == 4,
            parts.dropFirst().allSatisfy({ $0.count == 2 }), (1...12).contains(numbers[1]),
            numbers.count == 2 || (1...31).contains(numbers[2])
        else { throw fault(node, path, "has to be a day such as 2026-11-18, not '\(text)'") }
        return text
    }
}
