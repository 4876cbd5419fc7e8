/// Reads paths that a model wrote, as paths below the workspace's top folder.
package enum EditPath {
    /// The path without `.` and doubled slashes, or one sentence on why it is refused.
    package static func read(_ typed: String) -> Result<String, Refusal> {
        let bytes = Array(typed.utf8)
        if bytes.allSatisfy(TextLines.isSpace) { return refuse("the path is empty") }
        if bytes.contains(where: { $0 < 32 || $0 == 127 }) { return refuse("the path has a control character") }
        if bytes.first == UInt8(ascii: "/") || bytes.first == UInt8(ascii: "~") {
            return refuse("the path is not relative to the workspace")
        }
        var parts: [Substring.UTF8View] = []
        for part in typed[...].utf8.split(separator: UInt8(ascii: "/")) {
            let name = Array(part)
            if name == [46] { continue }
            if name == [46, 46] { return refuse("the path has .. in it") }
            if name.count > 255 { return refuse("a name in the path is longer than 255 bytes") }
            if isGit(name) { return refuse("git's own folder is closed") }
            parts.append(part)
        }
        if parts.isEmpty || bytes.last == UInt8(ascii: "/") { return refuse("the path names a folder, not a file") }
        if bytes.count > 3000 { return refuse("the path is too long") }
        return .success(parts.map { String(Substring($0)) }.joined(separator: "/"))
    }

    package struct Refusal: Error, Hashable, Sendable {
        package var reason: String
    }

    private static func refuse(_ reason: String) -> Result<String, Refusal> { .failure(Refusal(reason: reason)) }

    /// Also as file systems read it that ignore case, trailing dots and spaces, or characters without width.
    private static func isGit(_ name: [UInt8]) -> Bool {
        guard name.count < 64 else { return false }
        let seen = String(decoding: name, as: UTF8.self).unicodeScalars.filter { scalar in
            !scalar.properties.isDefaultIgnorableCodePoint && scalar != "." && scalar != " "
        }
        let text = String(String.UnicodeScalarView(seen)).lowercased()
        return text == "git~1" || (text == "git" && name.first == 46) || text.hasPrefix("git::$")
    }
}
