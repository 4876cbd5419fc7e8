/// Finds the known name that a wrong one was most likely meant to be.
enum Nearest {
    /// Nil where nothing is near: names must agree apart from case and separators, or in two thirds of their letters.
    static func name(to wrong: String, among names: some Sequence<String>) -> String? {
        let letters = Array(folded(wrong).prefix(64))
        var best: (name: String, distance: Int)?
        for name in names {
            let candidate = Array(folded(name).prefix(64))
            let isBeginning = letters.count >= 3 && candidate.starts(with: letters)
            let distance = isBeginning ? 1 : distance(letters, candidate)
            let allowed = max(1, max(letters.count, candidate.count) / 3)
            if distance <= allowed, distance < max(letters.count, candidate.count), distance < best?.distance ?? .max {
                best = (name, distance)
            }
        }
        return best?.name
    }

    /// `; did you mean 'plan'?`, or with `orAll` the list of what there is, or nothing.
    static func hint(for wrong: String, among names: [String], orAll: Bool = false) -> String {
        if let name = name(to: wrong, among: names) { return "; did you mean '\(name)'?" }
        guard orAll, !names.isEmpty else { return "" }
        let shown = names.prefix(24).joined(separator: ", ")
        return "; there \(names.count == 1 ? "is" : "are") \(shown)\(names.count > 24 ? ", …" : "")"
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

    /// The number of bytes to insert, remove, replace, or exchange with the next.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var older: [Int] = []
        var row = Array(0...right.count)
        for (leftPlace, leftByte) in left.enumerated() {
            let previous = row
            row[0] = leftPlace + 1
            for (rightPlace, rightByte) in right.enumerated() {
                let replaced = previous[rightPlace] + (leftByte == rightByte ? 0 : 1)
                row[rightPlace + 1] = min(replaced, previous[rightPlace + 1] + 1, row[rightPlace] + 1)
                let isExchanged =
                    leftPlace > 0 && rightPlace > 0 && leftByte == right[rightPlace - 1]
                    && rightByte == left[leftPlace - 1]
                if isExchanged { row[rightPlace + 1] = min(row[rightPlace + 1], older[rightPlace - 1] + 1) }
            }
            older = previous
        }
        return row[right.count]
    }
}
