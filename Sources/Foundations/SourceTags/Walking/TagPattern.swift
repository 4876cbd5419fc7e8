import CTreeSitter

/// A pattern of a query as a way down: from a node to the name in it, each step with what has to lie beside it.
struct TagPattern {
    struct Step {
        var kinds: NodeKinds
        /// 0 is any.
        var field: TSFieldId = 0
        var isFirst = false
        var isLast = false
        /// What the node has below it besides the next step.
        var conditions: [Condition] = []
        var absent: [TSFieldId] = []
    }

    /// A node that has to be among the children, before or behind the way down.
    struct Condition {
        var step: Step
        var isBefore: Bool
        var below: [Condition]
    }

    /// The outermost node first; the last one is the name.
    var steps: [Step]
    /// Index of the step that is the whole definition.
    var whole: Int
    var role: Tag.Role
    var kind: Tag.Kind
    /// In the order of the query.
    var index: UInt16

    /// Nil where the pattern cannot be written as a way, or names what the grammar does not have.
    init?(_ text: PatternText, index: Int, language: OpaquePointer) {
        guard let way = Self.way(to: text) else { return nil }
        self.index = UInt16(index)
        steps = []
        whole = way.count - 1
        var tag: (Tag.Role, Tag.Kind)?
        for (depth, node) in way.enumerated() {
            guard var step = Step(node.text, child: node.child, language) else { return nil }
            step.isLast = node.isLast
            if depth + 1 < way.count {
                guard let conditions = Self.conditions(of: node.text, besides: way[depth + 1].place, language) else {
                    return nil
                }
                step.conditions = conditions
            } else if !node.text.children.isEmpty {
                return nil
            }
            for capture in node.text.captures {
                guard case .tag(let role, let kind) = Grammar.Capture(capture) else { continue }
                tag = (role, kind)
                whole = depth
            }
            steps.append(step)
        }
        guard let tag else { return nil }
        (role, kind) = tag
    }

    private struct Place {
        var text: PatternText
        /// What the parent says of it, and its number among the parent's children.
        var child: PatternText.Child?
        var place = 0
        var isLast = false
    }

    /// The nodes down to the one named `@name`, or to the last one that is captured.
    private static func way(to text: PatternText) -> [Place]? {
        way(Place(text: text)) { $0.captures.contains("name") } ?? way(Place(text: text)) { !$0.captures.isEmpty }
    }

    private static func way(_ place: Place, _ isEnd: (PatternText) -> Bool) -> [Place]? {
        let children = place.text.children
        for (number, child) in children.enumerated().reversed() {
            let isLast = place.text.endsWithLast && number == children.count - 1
            let below = Place(text: child.pattern, child: child, place: number, isLast: isLast)
            if let rest = way(below, isEnd) { return [place] + rest }
        }
        return isEnd(place.text) ? [place] : nil
    }

    private static func conditions(
        of text: PatternText, besides way: Int, _ language: OpaquePointer
    ) -> [Condition]? {
        // Anchors are told for the way down alone.
        guard !text.endsWithLast || way == text.children.count - 1 else { return nil }
        var conditions: [Condition] = []
        for (number, child) in text.children.enumerated() where number != way {
            guard !child.isFirst, let condition = condition(child, isBefore: number < way, language) else {
                return nil
            }
            conditions.append(condition)
        }
        return conditions
    }

    private static func condition(
        _ child: PatternText.Child, isBefore: Bool, _ language: OpaquePointer
    ) -> Condition? {
        guard !child.pattern.endsWithLast, let step = Step(child.pattern, child: child, language) else { return nil }
        var below: [Condition] = []
        for inner in child.pattern.children {
            // Several children would have to be in order.
            guard child.pattern.children.count == 1, !inner.isFirst,
                let condition = condition(inner, isBefore: false, language)
            else { return nil }
            below.append(condition)
        }
        return Condition(step: step, isBefore: isBefore, below: below)
    }
}

extension TagPattern.Step {
    fileprivate init?(_ text: PatternText, child: PatternText.Child?, _ language: OpaquePointer) {
        guard let kinds = NodeKinds(text.names, language) else { return nil }
        self.kinds = kinds
        isFirst = child?.isFirst ?? false
        for name in text.absent {
            let field = ts_language_field_id_for_name(language, name, UInt32(name.utf8.count))
            guard field != 0 else { return nil }
            absent.append(field)
        }
        guard let name = child?.field else { return }
        field = ts_language_field_id_for_name(language, name, UInt32(name.utf8.count))
        guard field != 0 else { return nil }
    }
}

/// Kinds of nodes that a step takes.
enum NodeKinds {
    case anyNamed
    case some([TSSymbol])

    fileprivate init?(_ names: [String], _ language: OpaquePointer) {
        guard names != ["_"] else {
            self = .anyNamed
            return
        }
        var symbols: [TSSymbol] = []
        for name in names {
            let isToken = name.hasPrefix("\"")
            let word = isToken ? String(name.dropFirst()) : name
            let symbol = ts_language_symbol_for_name(language, word, UInt32(word.utf8.count), !isToken)
            guard symbol != 0, name != "_" else { return nil }
            symbols.append(symbol)
        }
        self = .some(symbols)
    }
}
