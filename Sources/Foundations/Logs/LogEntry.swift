package import JSON
package import Timekeeping

/// One thing that was logged, already redacted.
package struct LogEntry: Sendable, Hashable {
    package let time: Timestamp
    package let level: LogLevel
    package let label: String
    package let message: String
    package let metadata: JSONObject

    package init(time: Timestamp, level: LogLevel, label: String, message: String, metadata: JSONObject = [:]) {
        self.time = time
        self.level = level
        self.label = label
        self.message = message
        self.metadata = metadata
    }

    /// One line for a reader: `2026-11-21T05:31:03.584Z warning gateway: The provider is slow. milliseconds=1200`.
    ///
    /// Line feeds and other control characters are escaped: no entry can forge another or steer a terminal.
    package var text: String {
        var line = "\(time.iso8601) \(level.rawValue) \(Self.visible(label)): \(Self.visible(message))"
        for (key, value) in metadata { line += " \(Self.visible(key))=\(Self.text(of: value))" }
        return line
    }

    /// One compact JSON object: `time`, `level`, `label`, `message`, then the metadata; a name of those four that comes
    /// as metadata gets an underscore in front.
    package var json: String {
        var object: JSONObject = [
            "time": .string(time.iso8601), "level": .string(level.rawValue), "label": .string(label),
            "message": .string(message),
        ]
        let reserved = Set(object.keys)
        for (key, value) in metadata { object[reserved.contains(key) ? "_" + key : key] = value }
        return JSONValue.object(object).text()
    }

    private static func text(of value: JSONValue) -> String {
        guard case .string(let text) = value else { return visible(value.text()) }
        let isWord =
            !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && !"\"=\\".unicodeScalars.contains($0) }
        return visible(isWord ? text : value.text())
    }

    private static func visible(_ text: String) -> String {
        func isControl(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            // Marks that reorder text for display hide what a line says.
            case .format: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            default: false
            }
        }
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": shown.append(contentsOf: "\\n".unicodeScalars)
            case "\t": shown.append(contentsOf: "\\t".unicodeScalars)
            case "\r": shown.append(contentsOf: "\\r".unicodeScalars)
            case let scalar where isControl(scalar):
                shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            default: shown.append(scalar)
            }
        }
        return String(shown)
    }
}
