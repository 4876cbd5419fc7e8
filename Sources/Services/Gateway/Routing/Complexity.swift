/// Guesses how hard a piece of work is, from 0 to 100, before any model is asked.
///
/// The sum of what follows, held between 0 and 100:
/// - 25 to begin with;
/// - a point for every 10 words of the request, at most 20;
/// - 7 for every sort of difficulty that its words name (concurrency, security, migrations, protocols, …), at most 28;
/// - 8 less for every word of small work (typo, rename, comment, …), at most 16 less;
/// - 3 for every planned task beyond the first, at most 15;
/// - 3 for every file beyond the first that is to change, at most 15;
/// - a point for every doubling of the repository beyond 64 files, at most 8.
package enum Complexity {
    /// What a plan says of the work.
    package struct Plan: Sendable, Hashable {
        package var tasks: Int
        /// The files that the work is said to touch.
        package var files: Int

        package init(tasks: Int = 0, files: Int = 0) {
            self.tasks = tasks
            self.files = files
        }
    }

    /// How large the repository is that the work is done in.
    package struct Map: Sendable, Hashable {
        package var files: Int

        package init(files: Int = 0) { self.files = files }
    }

    package static func estimate(_ text: String, plan: Plan = Plan(), map: Map = Map()) -> Int {
        var words: Set<String> = []
        var count = 0
        var word = ""
        // A text of any length is read once, and no further than it matters.
        for character in text.utf8.prefix(64 << 10) {
            if let letter = letter(character) {
                word.unicodeScalars.append(Unicode.Scalar(letter))
            } else if !word.isEmpty {
                count += 1
                words.insert(word)
                word = ""
            }
        }
        if !word.isEmpty {
            count += 1
            words.insert(word)
        }
        var sum = 25 + min(20, count / 10)
        sum += min(28, 7 * hard.count { sort in sort.contains { stem in words.contains { $0.hasPrefix(stem) } } })
        sum -= min(16, 8 * easy.count { words.contains($0) })
        sum += 3 * min(5, max(0, plan.tasks - 1)) + 3 * min(5, max(0, plan.files - 1))
        sum += min(8, doublings(of: map.files / 64))
        return min(100, max(0, sum))
    }

    private static func letter(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            byte
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        default: nil
        }
    }

    private static func doublings(of number: Int) -> Int {
        number < 1 ? 0 : Int.bitWidth - 1 - number.leadingZeroBitCount
    }

    /// Sorts of difficulty, each by the beginnings of its words.
    private static let hard = [
        ["concurren", "deadlock", "race", "thread", "parallel", "lock"],
        ["secur", "crypto", "encrypt", "authent", "authoriz", "vulnerab", "permission"],
        ["migrat", "schema", "transaction", "backward", "compatib"],
        ["protocol", "parser", "compiler", "grammar", "codec", "wire"],
        ["distribut", "consensus", "replicat", "shard", "cluster"],
        ["perform", "latency", "memory", "leak", "profil", "optimi"],
        ["refactor", "architect", "redesign", "rewrite", "restructur"],
        ["crash", "corrupt", "flaky", "intermittent", "heisenbug"],
    ]

    private static let easy: Set<String> = [
        "typo", "typos", "rename", "comment", "comments", "readme", "wording", "spelling", "bump", "changelog", "docs",
    ]
}
