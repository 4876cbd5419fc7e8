/// Percent-encoding of RFC 3986, 2.1.
enum PercentEncoding {
    /// The decoded text; nil where a percent sign is not followed by two digits, or the bytes are not UTF-8.
    static func decoded(_ text: Substring, plusIsSpace: Bool = false) -> String? {
        let plus = UInt8(ascii: "+")
        let percent = UInt8(ascii: "%")
        guard text.utf8.contains(where: { $0 == percent || plusIsSpace && $0 == plus }) else { return String(text) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            if byte == percent {
                guard let high = rest.next().flatMap(Characters.hexadecimal),
                    let low = rest.next().flatMap(Characters.hexadecimal)
                else { return nil }
                bytes.append(UInt8(high << 4 | low))
            } else {
                bytes.append(plusIsSpace && byte == plus ? UInt8(ascii: " ") : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
