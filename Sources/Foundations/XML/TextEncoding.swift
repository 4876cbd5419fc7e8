import CXML

/// Turns the bytes of a document into UTF-8, so that the parsers see one encoding only.
enum TextEncoding {
    /// The text of an XML document by its byte order mark or its declaration.
    static func utf8(xml bytes: [UInt8]) throws(XMLError) -> [UInt8] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
        if let text = utf16(bytes) { return text }
        guard let name = declared(bytes.prefix(256), after: "<?xml", key: "encoding") else { return bytes }
        guard let text = decode(bytes, as: name) else {
            throw XMLError(.encoding, line: 1, "the document is not text in the encoding \(name)")
        }
        return text
    }

    /// The text of a page: by its byte order mark, by what its server says, by what it says itself, or as it looks.
    static func utf8(html bytes: [UInt8], charset: String?) -> [UInt8] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return mended(bytes.dropFirst(3)) }
        if let text = utf16(bytes) { return text }
        if let charset, let text = decode(bytes, as: charset) { return mended(text[...]) }
        if String(validating: bytes, as: UTF8.self) != nil { return bytes }
        if let name = declared(bytes.prefix(2048), after: "<meta", key: "charset"), let text = decode(bytes, as: name) {
            return mended(text[...])
        }
        return windows1252(bytes)
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func mended(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Array(String(decoding: bytes, as: UTF8.self).utf8)
    }

    /// The text behind a mark of UTF-16, or of what begins like UTF-16 without one.
    private static func utf16(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 4 else { return nil }
        let isLittle: Bool
        switch (bytes[0], bytes[1]) {
        case (0xFF, 0xFE), (UInt8(ascii: "<"), 0): isLittle = true
        case (0xFE, 0xFF), (0, UInt8(ascii: "<")): isLittle = false
        default: return nil
        }
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        for place in stride(from: 0, to: bytes.count - 1, by: 2) {
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            units.append(isLittle ? second << 8 | first : first << 8 | second)
        }
        if units.first == 0xFEFF { units.removeFirst() }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// The value of `key=` after a mark in the head of a document.
    private static func declared(_ head: ArraySlice<UInt8>, after mark: String, key: String) -> String? {
        let text = String(decoding: head, as: UTF8.self).lowercased()
        var rest = text[...]
        while let start = rest.range(of: mark) {
            rest = rest[start.upperBound...]
            let tag = rest.prefix { $0 != ">" }
            guard let found = tag.range(of: key) else { continue }
            let value = tag[found.upperBound...].drop { " =\"'\t\r\n".contains($0) }
            let name = value.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:".contains($0)) }
            if !name.isEmpty { return String(name) }
        }
        return nil
    }

    /// Nil where the encoding is not known or the bytes are none of it.
    private static func decode(_ bytes: [UInt8], as name: String) -> [UInt8]? {
        switch name.lowercased() {
        case "utf-8", "utf8", "us-ascii", "ascii": return bytes
        case "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252": return windows1252(bytes)
        // Declared in a text that is visibly none of it.
        case let name where name.hasPrefix("utf-16") || name.hasPrefix("utf-32") || name.hasPrefix("ucs"): return bytes
        default: return converted(bytes, from: name)
        }
    }

    /// Decoded by the C library's converters.
    private static func converted(_ bytes: [UInt8], from name: String) -> [UInt8]? {
        // Encodings that extend ASCII; others could hide tags from the scan before the parse.
        let known = ["iso-8859-", "windows-", "cp125", "koi8-", "gb", "big5", "euc-", "shift_jis", "shift-jis"]
        guard Libxml.isReady, known.contains(where: { name.lowercased().hasPrefix($0) }),
            bytes.count < Int(Int32.max), let handler = xmlFindCharEncodingHandler(name)
        else { return nil }
        // The converters complain through a function of the thread, which would write to standard error.
        xmlSetStructuredErrorFunc(nil) { _, _ in }
        defer {
            xmlCharEncCloseFunc(handler)
            xmlSetStructuredErrorFunc(nil, nil)
        }
        guard let input = xmlBufferCreateSize(bytes.count + 1), let output = xmlBufferCreateSize(bytes.count * 2 + 16)
        else { return nil }
        defer {
            xmlBufferFree(input)
            xmlBufferFree(output)
        }
        guard xmlBufferAdd(input, bytes, Int32(bytes.count)) == 0 else { return nil }
        while xmlBufferLength(input) > 0 {
            let before = xmlBufferLength(input)
            guard xmlCharEncInFunc(handler, output, input) >= 0, xmlBufferLength(input) < before else { return nil }
        }
        return Array(UnsafeBufferPointer(start: xmlBufferContent(output), count: Int(xmlBufferLength(output))))
    }

    /// Windows-1252, which is also what pages that declare Latin-1 mean.
    private static func windows1252(_ bytes: [UInt8]) -> [UInt8] {
        var text = String.UnicodeScalarView()
        for byte in bytes {
            let scalar = (0x80..<0xA0).contains(byte) ? high[Int(byte) - 0x80] : UInt32(byte)
            text.append(Unicode.Scalar(scalar) ?? "\u{FFFD}")
        }
        return Array(String(text).utf8)
    }

    private static let high: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]
}

extension Substring {
    /// The first place of a short text.
    fileprivate func range(of text: String) -> Range<Index>? {
        let wanted = Array(text.utf8)
        var start = startIndex
        while start < endIndex {
            if utf8[start...].starts(with: wanted) { return start..<utf8.index(start, offsetBy: wanted.count) }
            start = utf8.index(after: start)
        }
        return nil
    }
}
