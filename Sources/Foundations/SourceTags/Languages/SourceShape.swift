/// Tells sources that people wrote from binary, generated and oversized ones.
enum SourceShape {
    static func isReadable(_ source: [UInt8], limits: TreeSitterReader.Limits) -> Bool {
        guard source.count <= limits.bytes, !isBinary(source) else { return false }
        return !isMinified(source, columns: limits.columns) && !(limits.guardsDepth && isTooDeep(source))
    }

    static func isBinary(_ source: [UInt8]) -> Bool { source.prefix(8192).contains(0) }

    /// Whether lines longer than `columns` make up more than half of the source.
    static func isMinified(_ source: [UInt8], columns: Int) -> Bool {
        guard source.count > columns else { return false }
        var long = 0
        var begin = 0
        source.withUnsafeBufferPointer { bytes in
            for index in bytes.indices where bytes[index] == 10 {
                if index - begin > columns { long += index - begin }
                begin = index + 1
            }
        }
        if source.count - begin > columns { long += source.count - begin }
        return long > source.count / 2
    }

    /// Whether the source nests deeper than people write.
    ///
    /// libtree-sitter 0.20 corrupts memory when more than 65 535 tokens are open at once, and its queries take a time
    /// that grows with the square of the depth. So these are refused: 5 000 open brackets, 10 000 operators in a row,
    /// and 65 535 bytes other than white space without an end of a statement or bracket.
    static func isTooDeep(_ source: [UInt8]) -> Bool {
        guard source.count > 5000 else { return false }
        return source.withUnsafeBufferPointer { bytes in
            var depth = 0
            var operators = 0
            var open = 0
            for byte in bytes {
                if byte <= 32 { continue }
                open += 1
                switch byte {
                case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
                    depth += 1
                    operators += 1
                case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                    depth = max(0, depth - 1)
                    operators = 0
                    open = 0
                case UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "'"):
                    operators = 0
                    open = 0
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), 128...:
                    operators = 0
                default: operators += 1
                }
                if depth > 5000 || operators > 10_000 || open > 65_535 { return true }
            }
            return false
        }
    }
}
