/// Writes a tree as an XML document.
package enum XMLWriter {
    /// UTF-8 with a declaration; every element without text in it is laid out on lines of its own.
    ///
    /// Characters that XML cannot hold become U+FFFD. Names are written as they are and must be XML names.
    package static func write(_ root: XMLElement, doctype: String? = nil) -> [UInt8] {
        var output = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
        if let doctype { output += "<!DOCTYPE \(doctype)>\n".utf8 }
        write(root, level: 0, isLaidOut: true, into: &output)
        output.append(UInt8(ascii: "\n"))
        return output
    }

    private static func write(_ element: XMLElement, level: Int, isLaidOut: Bool, into output: inout [UInt8]) {
        output += "<\(element.name)".utf8
        for attribute in element.attributes {
            output += " \(attribute.name)=\"".utf8
            escape(attribute.value, isAttribute: true, into: &output)
            output.append(UInt8(ascii: "\""))
        }
        guard !element.children.isEmpty else {
            output += "/>".utf8
            return
        }
        output.append(UInt8(ascii: ">"))
        let isLaidOut =
            isLaidOut && element.children.allSatisfy { if case .element = $0 { true } else { false } }
        for child in element.children {
            if isLaidOut { breakLine(level + 1, into: &output) }
            switch child {
            case .text(let text): escape(text, isAttribute: false, into: &output)
            case .element(let element): write(element, level: level + 1, isLaidOut: isLaidOut, into: &output)
            }
        }
        if isLaidOut { breakLine(level, into: &output) }
        output += "</\(element.name)>".utf8
    }

    private static func breakLine(_ level: Int, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
    }

    private static func escape(_ text: String, isAttribute: Bool, into output: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;".utf8
            case "<": output += "&lt;".utf8
            // Not only for `]]>`: some readers are strict about it.
            case ">": output += "&gt;".utf8
            case "\"" where isAttribute: output += "&quot;".utf8
            // Readers turn these into spaces or line feeds where they stand bare.
            case "\r": output += "&#13;".utf8
            case "\n" where isAttribute: output += "&#10;".utf8
            case "\t" where isAttribute: output += "&#9;".utf8
            case "\n", "\t": output.append(UInt8(scalar.value))
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": output += "\u{FFFD}".utf8
            default: output += String(scalar).utf8
            }
        }
    }
}
