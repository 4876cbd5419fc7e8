import Files
import SpecDocuments

/// Places such as `list.py:12` that requirements name for what they say.
struct Citations: Sendable {
    var root: FilePath

    struct Place: Sendable, Hashable {
        var path: String
        var line: Int

        /// Whether it is a file of tests, going by its name.
        var isTest: Bool {
            path.lowercased().split(separator: "/").contains { part in
                ["test", "tests", "spec", "__tests__"].contains(String(part)) || part.hasPrefix("test_")
                    || part.contains("_test.") || part.contains(".test.") || part.contains(".spec.")
                    || part.contains("_spec.") || part.contains("tests.") || part.contains("test.")
            }
        }
    }

    /// The places that a text names, in order.
    static func places(in text: String) -> [Place] {
        text.split { $0.isWhitespace || "`()[],;\"'".contains($0) }.compactMap { word in
            guard let colon = word.lastIndex(of: ":"), colon != word.startIndex else { return nil }
            let digits = word[word.index(after: colon)...].prefix { $0.isASCII && $0.isNumber }
            let path = word[..<colon]
            guard let line = Int(digits), path.contains(".") || path.contains("/"), !path.contains("://") else {
                return nil
            }
            return Place(path: String(path), line: line)
        }
    }

    /// Why a place is none, or nil where it exists.
    func fault(of place: Place) -> String? {
        // Whatever the reason is, nobody can look it up.
        guard let file = try? FileSystem.realPathInside(root, FilePath(place.path)),
            let text = try? FileSystem.readText(file, limit: 8 << 20)
        else { return "there is no file \(place.path)" }
        let lines = text.utf8.count { $0 == 10 } + (text.utf8.last == 10 || text.isEmpty ? 0 : 1)
        return (1...max(1, lines)).contains(place.line)
            ? nil : "\(place.path) has \(lines) lines, and no line \(place.line)"
    }

    /// What keeps the requirements of existing behaviour from being looked up.
    func faults(of spec: SpecDocument) -> [String] {
        spec.requirements.compactMap { requirement in
            let places = Self.places(in: requirement.text)
            guard let first = places.first else {
                return "line \(requirement.line): \(requirement.id) names no place in the code; add `path:line`."
            }
            for place in places {
                if let fault = fault(of: place) { return "line \(requirement.line): \(requirement.id): \(fault)." }
            }
            guard places.contains(where: \.isTest) || requirement.text.lowercased().contains("open: no test") else {
                return
                    "line \(requirement.line): \(requirement.id) names \(first.path) and neither a test, as `path:line`, nor `open: no test`."
            }
            return nil
        }
    }
}
