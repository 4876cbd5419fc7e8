extension String {
    /// The text with everything that could steer a terminal or reorder the line made visible.
    ///
    /// C0 controls but newline and tab become their control pictures (ESC is ␛), C1 controls, bidirectional marks and
    /// the invisible tags their code as `<U+202E>`. A CR LF becomes a newline. Use it on all text from models, tools and files.
    package var sanitized: String {
        var result = String.UnicodeScalarView()
        var heldReturn = false
        for scalar in unicodeScalars {
            if heldReturn, scalar != "\n" { result.append("␍") }
            heldReturn = scalar == "\r"
            if !heldReturn { Self.append(scalar, to: &result) }
        }
        if heldReturn { result.append("␍") }
        return String(result)
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String.UnicodeScalarView) {
        switch scalar.value {
        case 0x09, 0x0A: result.append(scalar)
        case 0x00...0x1F: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
        case 0x7F: result.append("␡")
        case 0x80...0x9F, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xE0000...0xE007F:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let code = String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
            result.append(contentsOf: "<U+\(code)>".unicodeScalars)
        default: result.append(scalar)
        }
    }
}
