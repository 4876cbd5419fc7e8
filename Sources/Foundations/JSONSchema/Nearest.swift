/// Finds the known name that a wrong one was most likely meant to be.
enum Nearest {
    /// Nil where nothing is near: names must agree apart from case and separators, or in two thirds of their letters.
    static func name(to wrong: String, among names: [String]) -> String? {
        let letters = Array(folded(wrong).prefix(64))
        var best: (name: String, distance: Int)?
        for name in names {
            let candidate = Array(folded(name).prefix(64))
            let distance = distance(letters, candidate)
            let allowed = max(letters.count, candidate.count) / 3
            if distance <= allowed, distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }

    private static func folded(_ name: String) -> [UInt8] {
        name.utf8.compactMap { byte in
            switch byte {
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: " "), UInt8(ascii: "."): nil
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            default: byte
            }
        }
    }

    /// The number of bytes to insert, remove or replace.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (leftPlace, leftByte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = leftPlace + 1
            for (rightPlace, rightByte) in right.enumerated() {
                let replaced = diagonal + (leftByte == rightByte ? 0 : 1)
                diagonal = row[rightPlace + 1]
                row[rightPlace + 1] = min(replaced, diagonal + 1, row[rightPlace] + 1)
            }
        }
        return row[right.count]
    }
}
