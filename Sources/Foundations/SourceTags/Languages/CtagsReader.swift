package import Files
import JSON
import Subprocess

/// Reads the definitions of many files by one process of universal-ctags.
///
/// It gives no references; ``tags(definitions:scanned:)`` adds those of a scan.
package struct CtagsReader: Sendable {
    private let executable: String
    private let environment: [String: String]
    private let time: Duration

    /// - Parameter time: For all the files of one call.
    package init(
        executable: String = "ctags", environment: [String: String] = Command.inheritedEnvironment(),
        time: Duration = .seconds(60)
    ) {
        self.executable = executable
        self.environment = environment
        self.time = time
    }

    /// The reader, or nil where `ctags` is not on the path, is another program of that name or writes no JSON.
    package static func find(environment: [String: String] = Command.inheritedEnvironment()) async -> CtagsReader? {
        let reader = CtagsReader(environment: environment)
        let command = Command(
            reader.executable, ["--list-features"], environment: environment, limits: .init(time: .seconds(10)))
        // No ctags is no failure: the map does without it.
        guard let result = try? await command.run(), result.succeeded,
            result.stdout.text.split(separator: "\n").contains(where: { $0.hasPrefix("json") })
        else { return nil }
        return reader
    }

    /// The definitions by path, in the order of their lines; a path without any is not a key.
    ///
    /// - Parameter paths: Seen from `directory`; those with a line break in them are left out.
    package func definitions(of paths: [String], in directory: FilePath) async throws(SourceTagsError) -> [String:
        [Tag]]
    {
        let list = paths.filter { !$0.contains("\n") }.map { $0.hasPrefix("-") ? "./" + $0 : $0 }
        guard !list.isEmpty else { return [:] }
        // The project's own options could load files and run programs: none are read.
        let command = Command(
            executable,
            [
                "--options=NONE", "--output-format=json", "--fields=+neKs", "--sort=no", "--links=no",
                "--kinds-all=*", "--kinds-C=-l", "--kinds-C++=-l", "-f", "-", "-L", "-",
            ],
            environment: environment, directory: directory,
            input: .bytes(Array(list.joined(separator: "\n").utf8) + [10]),
            limits: .init(time: time, output: 256 << 20))
        let result: ProcessResult
        do {
            result = try await command.run()
        } catch {
            throw SourceTagsError(.ctags, "ctags cannot be run in '\(directory)': \(error.message)")
        }
        guard result.succeeded else {
            let words = result.stderr.text.split(separator: "\n").last.map { ": \($0)" } ?? ""
            throw SourceTagsError(.ctags, "ctags failed in '\(directory)'\(words)")
        }
        var tags: [String: [Tag]] = [:]
        for line in result.stdout.bytes.split(separator: 10) {
            // A line that is no object, such as one with a name of broken bytes, says nothing of use.
            guard let value = try? JSONValue(parsing: line), let (path, tag) = Self.tag(value) else { continue }
            tags[path.hasPrefix("./-") ? String(path.dropFirst(2)) : path, default: []].append(tag)
        }
        return tags.mapValues { $0.sorted { $0.line < $1.line } }
    }

    /// All tags of a file: these definitions, and what a scan found that is not one of them.
    package static func tags(definitions: [Tag], scanned: [Tag]) -> [Tag] {
        let known = Set(definitions.map { Place(name: $0.name, line: $0.line) })
        let references = scanned.filter {
            $0.role == .reference && !known.contains(Place(name: $0.name, line: $0.line))
        }
        return (definitions + references).sorted { $0.line < $1.line }
    }

    private struct Place: Hashable {
        let name: String
        let line: Int
    }

    private static func tag(_ value: JSONValue) -> (String, Tag)? {
        guard value["_type"]?.stringValue == "tag", let name = value["name"]?.stringValue, !name.hasPrefix("__anon"),
            let path = value["path"]?.stringValue, let line = value["line"]?.intValue,
            let kind = kinds[value["kind"]?.stringValue ?? ""]
        else { return nil }
        let pattern = value["pattern"]?.stringValue ?? ""
        // The pattern is the line of the source between `/^` and `$/`, with the slashes escaped.
        var head = pattern.dropFirst(pattern.hasPrefix("/^") ? 2 : 0)
        if head.hasSuffix("$/") { head = head.dropLast(2) } else if head.hasSuffix("/") { head = head.dropLast(1) }
        let text = Array(String(head).replacing("\\/", with: "/").utf8)
        let signature = text.withUnsafeBufferPointer { Signature.collapse($0[...], firstLineOnly: true) }
        let scope = value["scope"]?.stringValue.map { $0.split(separator: ".").count } ?? 0
        return (
            path,
            Tag(
                name: name, role: .definition, kind: kind, line: line,
                lastLine: value["end"]?.intValue ?? line,
                signature: signature, depth: scope)
        )
    }

    private static let kinds: [String: Tag.Kind] = [
        "class": .type, "struct": .type, "enum": .type, "union": .type, "typedef": .type, "type": .type, "alias": .type,
        "record": .type, "object": .type, "message": .type, "interface": .interface, "trait": .interface,
        "protocol": .interface, "function": .function, "func": .function, "subroutine": .function,
        "prototype": .function,
        "procedure": .function, "method": .method, "member": .method, "singletonMethod": .method, "methodSpec": .method,
        "constant": .constant, "const": .constant, "variable": .constant, "var": .constant, "enumerator": .constant,
        "enumConstant": .constant, "field": .field, "property": .field, "macro": .macro, "define": .macro,
        "module": .module, "namespace": .module, "package": .module,
    ]
}
