/// An element of an XML or HTML document with everything in it.
///
/// Equality and hash ignore where the element stood in its text.
package struct XMLElement: Sendable {
    /// As written, with its prefix; lower case in HTML.
    package var name: String
    /// In their order; no name comes twice.
    package var attributes: [XMLAttribute]
    package var children: [XMLNode]
    /// The line of the end of the start tag, from 1; 0 for an element that was not read from a text.
    package var line: Int

    package init(_ name: String, _ attributes: [XMLAttribute] = [], _ children: [XMLNode] = [], line: Int = 0) {
        self.name = name
        self.attributes = attributes
        self.children = children
        self.line = line
    }
}

/// A name and its value; entities are resolved.
package struct XMLAttribute: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What stands between the tags of an element; comments and processing instructions are dropped.
package enum XMLNode: Hashable, Sendable {
    case element(XMLElement)
    /// Character data, with CDATA sections joined in.
    case text(String)
}

extension XMLElement {
    /// The value of an attribute.
    package subscript(attribute: String) -> String? {
        attributes.first { $0.name == attribute }?.value
    }

    /// The child elements, without the text between them.
    package var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The child elements of one name.
    package func elements(_ name: String) -> [XMLElement] {
        children.compactMap { if case .element(let element) = $0, element.name == name { element } else { nil } }
    }

    /// The first child element of that name.
    package func first(_ name: String) -> XMLElement? {
        for case .element(let element) in children where element.name == name { return element }
        return nil
    }

    /// All character data in the element and in those below it, in order.
    package var text: String {
        var text = ""
        collect(into: &text)
        return text
    }

    private func collect(into text: inout String) {
        for child in children {
            switch child {
            case .text(let part): text += part
            case .element(let element): element.collect(into: &text)
            }
        }
    }
}

extension XMLElement: Hashable {
    package static func == (left: XMLElement, right: XMLElement) -> Bool {
        left.name == right.name && left.attributes == right.attributes && left.children == right.children
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(attributes)
        hasher.combine(children)
    }
}
