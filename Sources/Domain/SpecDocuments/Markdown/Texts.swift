extension StringProtocol {
    /// Where a text stands for the last time.
    func lastRange(of text: String) -> Range<Index>? {
        var found: Range<Index>?
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            found = range
            rest = self[range.upperBound...]
        }
        return found
    }

    /// Without white space at either end.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// The width of the white space at the start; a tab counts to the next multiple of four.
    var indentation: Int {
        var width = 0
        for byte in utf8 {
            if byte == 32 { width += 1 } else if byte == 9 { width += 4 - width % 4 } else { break }
        }
        return width
    }
}

extension Array where Element == String {
    /// The lines joined by LF, without blank ones at either end.
    var withoutOuterBlankLines: String {
        guard let first = firstIndex(where: { !$0.trimmed.isEmpty }),
            let last = lastIndex(where: { !$0.trimmed.isEmpty })
        else { return "" }
        return self[first...last].joined(separator: "\n")
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 48 && self <= 57 }
    var isLetter: Bool { (self >= 65 && self <= 90) || (self >= 97 && self <= 122) }
    var isWordByte: Bool { isDigit || isLetter || self == UInt8(ascii: "_") || self >= 128 }
}

/// What stands in front of a list item's text.
struct ListMarker {
    /// Bytes of white space before the marker, and of everything before the item's text.
    var indentWidth: Int
    var length: Int

    init?(_ line: String) {
        let bytes = Array(line.utf8)
        var index = 0
        while index < bytes.count, bytes[index] == 32 || bytes[index] == 9 { index += 1 }
        let start = index
        guard index < bytes.count else { return nil }
        if [UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+")].contains(bytes[index]) {
            index += 1
        } else {
            while index < bytes.count, bytes[index].isDigit { index += 1 }
            guard index > start, index < bytes.count,
                bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ")")
            else { return nil }
            index += 1
        }
        let marker = index
        while index < bytes.count, bytes[index] == 32 || bytes[index] == 9 { index += 1 }
        // "**bold" and "-1" are text; only a checkbox may follow its marker without a space.
        guard index > marker || (index < bytes.count && bytes[index] == UInt8(ascii: "[")) else { return nil }
        indentWidth = line.indentation
        length = index
    }
}
