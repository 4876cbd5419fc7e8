/// Finds the identifiers that documents use to speak of one another.
enum References {
    /// `FR-003`, `NFR-1`, `SC-001` and `FR-AUTH-001` in the order of their first mention, in capitals and without repeats.
    static func requirements(in text: String, prefixes: [String] = ["FR", "NFR", "SC"]) -> [String] {
        let bytes = Array(text.utf8)
        var found: [String] = []
        var seen: Set<String> = []
        var index = 0
        while index < bytes.count {
            guard bytes[index].isLetter, index == 0 || !(bytes[index - 1].isWordByte || bytes[index - 1] == 45) else {
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, bytes[end].isLetter { end += 1 }
            let word = String(decoding: bytes[index..<end], as: UTF8.self).uppercased()
            var digits = end + 1
            guard prefixes.contains(word), end < bytes.count, bytes[end] == 45 else {
                index = end
                continue
            }
            var area = ""
            if let found = Mentions.area(in: bytes, at: digits) {
                area = "-" + found.area
                digits = found.end
            }
            let number = digits
            while digits < bytes.count, bytes[digits].isDigit { digits += 1 }
            if digits > number {
                // FR-003a is an identifier of its own.
                if digits < bytes.count, bytes[digits].isLetter,
                    digits + 1 == bytes.count || !bytes[digits + 1].isWordByte
                {
                    digits += 1
                }
                let id = word + area + "-" + String(decoding: bytes[number..<digits], as: UTF8.self)
                if seen.insert(id).inserted { found.append(id) }
            }
            index = max(digits, end + 1)
        }
        return found
    }

    /// The task id at `index` and where it ends: `T`, one to four digits, and a small letter for tasks put in between.
    static func taskID(in bytes: [UInt8], at index: Int) -> (id: String, end: Int)? {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "T") || bytes[index] == UInt8(ascii: "t") else {
            return nil
        }
        var end = index + 1
        while end < bytes.count, bytes[end].isDigit { end += 1 }
        guard (1...4).contains(end - index - 1) else { return nil }
        if end < bytes.count, (97...122).contains(bytes[end]) { end += 1 }
        guard end == bytes.count || !bytes[end].isWordByte else { return nil }
        return ("T" + String(decoding: bytes[(index + 1)..<end], as: UTF8.self), end)
    }

    /// One spelling for all ways to write a task id: T1, T01 and T001 are the same task.
    static func key(_ id: String) -> String {
        let digits = id.dropFirst().drop { $0 == "0" }
        return digits.first?.isNumber == true ? "T" + digits : "T0" + digits
    }

    private static let phrases = [
        "depends on", "depend on", "depending on", "depends:", "dependencies:", "blocked by", "requires",
    ]
    /// A longer range names more tasks than anybody means by it.
    private static let longestRange = 200

    /// The tasks named by `(depends on T001, T003-T005 and T007)` and its kin, in order and without repeats.
    static func dependencies(in text: String) -> [String] {
        let lower = Array(text.utf8).map { (65...90).contains($0) ? $0 + 32 : $0 }
        var found: [String] = []
        var seen: Set<String> = []
        for phrase in phrases {
            let wanted = Array(phrase.utf8)
            var index = 0
            while index + wanted.count <= lower.count {
                guard lower[index] == wanted[0], lower[index..<(index + wanted.count)].elementsEqual(wanted) else {
                    index += 1
                    continue
                }
                index += wanted.count
                for id in idList(in: lower, from: &index) where seen.insert(key(id)).inserted { found.append(id) }
            }
        }
        return found
    }

    private static func idList(in bytes: [UInt8], from index: inout Int) -> [String] {
        var ids: [String] = []
        var isRange = false
        while index < bytes.count {
            if let (id, end) = taskID(in: bytes, at: index) {
                if isRange, let last = ids.last, let low = Int(last.dropFirst()), let high = Int(id.dropFirst()),
                    low < high, high - low <= longestRange
                {
                    for number in (low + 1)..<high { ids.append(padded(number, like: last)) }
                }
                ids.append(id)
                isRange = false
                index = end
                continue
            }
            let rest = bytes[index...]
            if let joint = rangeJoints.first(where: { rest.starts(with: $0) }) {
                isRange = true
                index += joint.count
            } else if let joint = listJoints.first(where: { rest.starts(with: $0) }) {
                index += joint.count
            } else {
                break
            }
        }
        return ids
    }

    private static let rangeJoints = ["-", "–", "—", "..", "…", "to ", "through "].map { Array($0.utf8) }
    private static let listJoints = [
        " ", ",", ";", "&", "+", "and ", "or ", "`", "*", ":", "[", "]", "task ", "tasks ",
    ].map {
        Array($0.utf8)
    }

    private static func padded(_ number: Int, like id: String) -> String {
        let digits = String(number)
        return "T" + String(repeating: "0", count: max(0, id.count - 1 - digits.count)) + digits
    }
}
