/// A programming language whose names the map tells apart, and how its files are known.
package struct Language: Sendable, Hashable {
    /// The name of the grammar, as in `libtree-sitter-NAME.so`.
    package let name: String
    /// Without the dot, in small letters.
    let extensions: [String]
    /// Whole names of files.
    let fileNames: [String]
    /// Programs that a first line `#!` names.
    let interpreters: [String]

    private init(_ name: String, _ extensions: [String], files: [String] = [], interpreters: [String] = []) {
        self.name = name
        self.extensions = extensions
        self.fileNames = files
        self.interpreters = interpreters
    }

    /// Every language that has a query.
    package static let all: [Language] = [
        Language(
            "bash", ["sh", "bash", "bats"], files: [".bashrc", ".profile", "PKGBUILD"], interpreters: ["sh", "bash"]),
        Language("c", ["c", "h"]),
        Language("c-sharp", ["cs", "csx"]),
        Language("cpp", ["cc", "cpp", "cxx", "c++", "hh", "hpp", "hxx", "h++", "ipp", "inl", "cu", "cuh"]),
        Language("go", ["go"]),
        Language("java", ["java"]),
        Language("javascript", ["js", "jsx", "mjs", "cjs"], interpreters: ["node"]),
        Language("php", ["php", "phtml"], interpreters: ["php"]),
        Language(
            "python", ["py", "pyi", "pyw"], files: ["SConstruct", "SConscript"], interpreters: ["python", "pypy"]),
        Language(
            "ruby", ["rb", "rake", "gemspec", "ru"], files: ["Rakefile", "Gemfile", "Vagrantfile"],
            interpreters: ["ruby"]),
        Language("rust", ["rs"]),
        Language("swift", ["swift"], interpreters: ["swift"]),
        Language("tsx", ["tsx"]),
        Language("typescript", ["ts", "mts", "cts"], interpreters: ["deno", "bun", "ts-node"]),
    ]

    /// The language of this name.
    package static func named(_ name: String) -> Language? { all.first { $0.name == name } }

    /// The language of a file by its name, or by its first line where the name has no extension.
    ///
    /// - Parameter source: The file's bytes or the first hundreds of them; a header `.h` is C++ where they say so.
    package static func of(path: String, source: [UInt8] = []) -> Language? {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.index(after: $0)...]) } ?? path
        if let language = byFileName[name] { return language }
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else {
            return byFirstLine(source)
        }
        let found = byExtension[name[name.index(after: dot)...].lowercased()]
        if found?.name == "c", name.hasSuffix(".h"), isCPlusPlus(source) { return named("cpp") }
        return found
    }

    private static let byFileName = Dictionary(
        all.flatMap { language in language.fileNames.map { ($0, language) } }, uniquingKeysWith: { first, _ in first })
    private static let byExtension = Dictionary(
        all.flatMap { language in language.extensions.map { ($0, language) } }, uniquingKeysWith: { first, _ in first })

    private static func byFirstLine(_ source: [UInt8]) -> Language? {
        guard source.starts(with: "#!".utf8) else { return nil }
        let line = String(decoding: source.prefix(200).prefix { $0 != 10 && $0 != 13 }.dropFirst(2), as: UTF8.self)
        var words = line.split(separator: " ")[...]
        if words.first?.hasSuffix("/env") == true {
            words = words.dropFirst().drop { $0.hasPrefix("-") || $0.contains("=") }
        }
        guard let program = words.first?.split(separator: "/").last else { return nil }
        let plain = program.prefix { !$0.isNumber && $0 != "." }
        return all.first { $0.interpreters.contains { $0 == plain } }
    }

    /// Whether one of the first lines begins as only C++ does.
    private static func isCPlusPlus(_ source: [UInt8]) -> Bool {
        let starts = ["namespace ", "class ", "template<", "template <", "using ", "extern \"C++\""].map {
            Array($0.utf8)
        }
        return source.prefix(64 << 10).split(separator: 10).contains { line in
            let text = line.drop { $0 == 32 || $0 == 9 }
            return starts.contains { text.starts(with: $0) }
        }
    }
}
