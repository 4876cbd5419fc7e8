/// Refuses tags with so many attributes that the C parser, which compares each with all before it, would take hours.
enum TagScan {
    static func check(_ text: [UInt8], mostAttributes: Int) throws(XMLError) {
        let most = text.withUnsafeBufferPointer { mostAttributesOfATag($0) }
        // Twice the limit: what this sees as an attribute need not be one; the exact check follows in the parse.
        guard most <= 2 * mostAttributes + 16 else {
            throw XMLError(.limit, "an element with more than \(mostAttributes) attributes")
        }
    }

    /// The largest number of `=` signs, or of words, outside of quotes between a `<` and the next `>`.
    private static func mostAttributesOfATag(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var most = 0
        var place = 0
        while place < text.count {
            guard text[place] == UInt8(ascii: "<") else {
                place += 1
                continue
            }
            place += 1
            var words = 0
            var signs = 0
            var quote: UInt8 = 0
            var isInWord = false
            scan: while place < text.count {
                let byte = text[place]
                if quote != 0 {
                    if byte == quote { quote = 0 }
                } else {
                    switch byte {
                    case UInt8(ascii: ">"), UInt8(ascii: "<"): break scan
                    case UInt8(ascii: "\""), UInt8(ascii: "'"):
                        quote = byte
                        isInWord = false
                    case UInt8(ascii: "="):
                        signs += 1
                        isInWord = false
                    case 0x09...0x0D, 0x20, UInt8(ascii: "/"): isInWord = false
                    default:
                        if !isInWord { words += 1 }
                        isInWord = true
                    }
                }
                place += 1
            }
            most = max(most, min(words, max(signs, words / 2)))
        }
        return most
    }
}
