extension Base64 {
    /// The bytes of a text of RFC 4648's alphabet, padded or not; nil for anything else, white space included.
    package static func bytes(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0) }
    }

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() {
            values[Int(letter)] = UInt8(value)
        }
        return values
    }()

    private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var count = text.count
        while count > 0, text[count - 1] == UInt8(ascii: "="), text.count - count < 2 { count -= 1 }
        guard count % 4 != 1, count == text.count || text.count % 4 == 0 else { return nil }
        let values = values
        var isClean = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count * 3 / 4) { buffer, filled in
            var bits: UInt32 = 0
            var held = 0
            for place in 0..<count {
                let value = values[Int(text[place])]
                if value == 255 {
                    isClean = false
                    break
                }
                bits = bits << 6 | UInt32(value)
                held += 6
                guard held >= 8 else { continue }
                held -= 8
                buffer[filled] = UInt8(truncatingIfNeeded: bits >> UInt32(held))
                filled += 1
            }
        }
        return isClean ? bytes : nil
    }
}
