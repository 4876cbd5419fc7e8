import JSON

/// A path that an expression names, as far as it is written out: `steps.build.outputs.exit_code`.
package struct Reference: Sendable, Hashable {
    /// The name, then its members and whole places.
    package var path: [String]
    /// Of the first name, from 1.
    package var column: Int
    /// Whether the path goes on with something that is only known when it is worked out.
    package var isOpen: Bool

    package var name: String { path.first ?? "" }
}

extension ExpressionNode {
    /// Every path in it, in the order written.
    var references: [Reference] {
        var found: [Reference] = []
        collect(into: &found)
        return found.sorted { $0.column < $1.column }
    }

    private func collect(into found: inout [Reference]) {
        switch kind {
        case .name, .member, .index:
            if let reference = path(into: &found) {
                found.append(reference)
            } else {
                for child in children { child.collect(into: &found) }
            }
        default:
            for child in children { child.collect(into: &found) }
        }
    }

    /// The path that ends here; nil where it does not begin with a name.
    ///
    /// What stands in brackets is collected.
    private func path(into found: inout [Reference]) -> Reference? {
        switch kind {
        case .name(let name):
            return Reference(path: [name], column: column, isOpen: false)
        case .member(let of, let name):
            guard var reference = of.path(into: &found) else { return nil }
            if !reference.isOpen { reference.path.append(name) }
            return reference
        case .index(let of, let place):
            guard var reference = of.path(into: &found) else { return nil }
            if !reference.isOpen, case .literal(.integer(let number)) = place.kind {
                reference.path.append(String(number))
            } else {
                reference.isOpen = true
                place.collect(into: &found)
            }
            return reference
        default:
            return nil
        }
    }
}
