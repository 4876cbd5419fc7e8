/// Builds nodes from events: anchors are expanded within a bound, duplicate keys refused, merge keys merged.
struct YAMLComposer {
    /// A node with what its copies cost.
    private struct Built {
        var node: YAMLNode
        /// The number of values in it, itself included.
        var size: Int
        /// The levels of it.
        var height: Int
    }

    private let reader: YAMLEventReader
    private var anchors: [String: Built] = [:]
    /// Anchors of collections that are not ended yet.
    private var open: Set<String> = []
    /// Guards against documents that multiply themselves by aliases.
    private var nodes = 0
    private static let mostNodes = 500_000
    /// Guards against nesting that would end the stack, here or where nodes are walked.
    private static let deepest = 200

    init(reader: YAMLEventReader) { self.reader = reader }

    mutating func documents() throws(YAMLError) -> [YAMLNode] {
        var documents: [YAMLNode] = []
        while true {
            let event = try reader.next()
            switch event.kind {
            case .streamEnd: return documents
            case .documentStart:
                anchors = [:]
                documents.append(try node(from: try reader.next(), depth: 1).node)
            default: continue
            }
        }
    }

    private mutating func node(from event: YAMLEvent, depth: Int) throws(YAMLError) -> Built {
        try count(1, event.mark)
        try check(depth: depth, event.mark)
        switch event.kind {
        case .scalar(let text, let style, let anchor, let tag):
            let style = try CoreTag.style(of: text, written: style, tag: tag, event.mark)
            return keep(Built(node: YAMLNode(.scalar(text, style), event.mark), size: 1, height: 1), as: anchor)
        case .sequenceStart(let anchor, let tag):
            try CoreTag.check(tag, is: "seq", event.mark)
            return try collection(event.mark, anchor) { (composer, built) throws(YAMLError) in
                .sequence(try composer.sequence(depth: depth, &built))
            }
        case .mappingStart(let anchor, let tag):
            try CoreTag.check(tag, is: "map", event.mark)
            return try collection(event.mark, anchor) { (composer, built) throws(YAMLError) in
                .mapping(try composer.mapping(depth: depth, &built))
            }
        case .alias(let name):
            if open.contains(name) {
                throw YAMLError(event.mark, "the alias '\(name)' stands inside of what it stands for")
            }
            guard let known = anchors[name] else {
                throw YAMLError(event.mark, "the alias '\(name)' has no anchor before it")
            }
            try count(known.size - 1, event.mark)
            try check(depth: depth + known.height - 1, event.mark)
            return known
        default:
            throw YAMLError(event.mark, "a value is expected here")
        }
    }

    private mutating func collection(
        _ mark: YAMLMark, _ anchor: String?,
        _ body: (inout YAMLComposer, inout Built) throws(YAMLError) -> YAMLNode.Kind
    ) throws(YAMLError) -> Built {
        if let anchor { open.insert(anchor) }
        var built = Built(node: YAMLNode(.sequence([]), mark), size: 1, height: 1)
        built.node.kind = try body(&self, &built)
        if let anchor { open.remove(anchor) }
        return keep(built, as: anchor)
    }

    private mutating func sequence(depth: Int, _ built: inout Built) throws(YAMLError) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let next = try reader.next()
            if case .sequenceEnd = next.kind { return items }
            items.append(try child(from: next, depth: depth, &built))
        }
    }

    private mutating func mapping(depth: Int, _ built: inout Built) throws(YAMLError) -> [YAMLNode.Pair] {
        var pairs: [YAMLNode.Pair] = []
        var merged: [YAMLNode.Pair] = []
        var lines: [String: Int] = [:]
        while true {
            let next = try reader.next()
            if case .mappingEnd = next.kind { break }
            let key = try child(from: next, depth: depth, &built)
            guard let name = key.scalarText else { throw YAMLError(next.mark, "a key has to be a scalar") }
            let isMerge = key.kind == .scalar("<<", .plain)
            if let before = lines.updateValue(next.mark.line, forKey: isMerge ? "<< (merge)" : name) {
                throw YAMLError(next.mark, "the key '\(name)' stands twice, first on line \(before)")
            }
            let value = try child(from: try reader.next(), depth: depth, &built)
            if isMerge { merged += try sources(of: value) } else { pairs.append(YAMLNode.Pair(key: key, value: value)) }
        }
        // What stands in the mapping itself wins, then the first of those merged.
        for pair in merged {
            guard let name = pair.key.scalarText, lines[name] == nil else { continue }
            lines[name] = pair.key.mark.line
            pairs.append(pair)
        }
        return pairs
    }

    private mutating func child(
        from event: YAMLEvent, depth: Int, _ parent: inout Built
    ) throws(YAMLError) -> YAMLNode {
        let child = try node(from: event, depth: depth + 1)
        parent.size += child.size
        parent.height = max(parent.height, child.height + 1)
        return child.node
    }

    private func sources(of value: YAMLNode) throws(YAMLError) -> [YAMLNode.Pair] {
        var all: [YAMLNode.Pair] = []
        for source in value.items ?? [value] {
            guard let pairs = source.pairs else {
                throw YAMLError(value.mark, "<< takes a mapping, or a list of mappings")
            }
            all += pairs
        }
        return all
    }

    private mutating func keep(_ built: Built, as anchor: String?) -> Built {
        if let anchor { anchors[anchor] = built }
        return built
    }

    private func check(depth: Int, _ mark: YAMLMark) throws(YAMLError) {
        guard depth <= Self.deepest else { throw YAMLError(mark, "this is nested deeper than \(Self.deepest) levels") }
    }

    private mutating func count(_ more: Int, _ mark: YAMLMark) throws(YAMLError) {
        nodes += more
        guard nodes <= Self.mostNodes else {
            throw YAMLError(mark, "the text, with its aliases expanded, has more than \(Self.mostNodes) values")
        }
    }
}

/// The tags of the core schema; no other is understood.
private enum CoreTag {
    private static let prefix = "tag:yaml.org,2002:"

    static func check(_ tag: String?, is expected: String, _ mark: YAMLMark) throws(YAMLError) {
        guard let tag, tag != "!", tag != prefix + expected else { return }
        throw unsupported(tag, mark)
    }

    /// How a scalar is to be read after its tag was seen: a tag wins over quotes.
    static func style(
        of text: String, written style: YAMLNode.Style, tag: String?, _ mark: YAMLMark
    ) throws(YAMLError) -> YAMLNode.Style {
        guard let tag else { return style }
        let value = YAMLScalar(plain: text)
        let fits: Bool
        switch (tag == "!" ? "str" : tag.hasPrefix(prefix) ? String(tag.dropFirst(prefix.count)) : "", value) {
        case ("str", _): return .quoted
        case ("null", _): fits = value == .null
        case ("bool", .bool), ("int", .int), ("float", .int), ("float", .double): fits = true
        case ("bool", _), ("int", _), ("float", _): fits = false
        default: throw unsupported(tag, mark)
        }
        guard fits else { throw YAMLError(mark, "'\(text)' is not what its tag \(shown(tag)) says") }
        return .plain
    }

    private static func unsupported(_ tag: String, _ mark: YAMLMark) -> YAMLError {
        YAMLError(mark, "the tag \(shown(tag)) is not supported here")
    }

    private static func shown(_ tag: String) -> String {
        tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
    }
}
