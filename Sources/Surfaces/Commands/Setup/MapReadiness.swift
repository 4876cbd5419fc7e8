import Files
import SourceTags

/// What the repo map can read here: which grammars are there and load, and whether universal-ctags helps out.
struct MapReadiness: Sendable, Equatable {
    var found: Int
    /// Names of languages.
    var missing: [String]
    /// The languages whose grammar is there and cannot be used, with the reason.
    var broken: [String: String]
    var hasCtags: Bool

    static func look(in folders: [FilePath], environment: [String: String]) async -> MapReadiness {
        let library = GrammarLibrary(folders: folders)
        var result = MapReadiness(found: 0, missing: [], broken: [:], hasCtags: false)
        for language in Language.all {
            guard library.has(language) else {
                result.missing.append(language.name)
                continue
            }
            do throws(SourceTagsError) {
                try library.check(language)
                result.found += 1
            } catch {
                result.broken[language.name] = error.message
            }
        }
        result.hasCtags = await CtagsReader.find(environment: environment) != nil
        return result
    }

    var isComplete: Bool { missing.isEmpty && broken.isEmpty }

    var text: String {
        let all = found + missing.count + broken.count
        var parts = ["\(found) of \(all) grammars"]
        if !missing.isEmpty, found > 0 { parts.append("missing: \(missing.joined(separator: ", "))") }
        parts += broken.keys.sorted().map { "broken: \($0) (\(broken[$0] ?? ""))" }
        parts.append(
            hasCtags
                ? "universal-ctags reads other languages" : "no universal-ctags, so other languages are only scanned")
        return parts.joined(separator: "; ")
    }

    var fix: String? {
        var fixes: [String] = []
        if !isComplete { fixes.append("run scripts/grammars, or name the folder of the grammars in VENCEJO_GRAMMARS") }
        if !hasCtags { fixes.append("install universal-ctags") }
        return fixes.isEmpty ? nil : fixes.joined(separator: "; ")
    }
}
