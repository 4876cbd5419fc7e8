/// Recognises an image by its first bytes and reads its size from its header; pure.
package struct ImageHeader: Sendable, Hashable {
    package var format: ImageFormat
    package var width: Int
    package var height: Int

    /// What providers take: bytes of a file, pixels a side.
    package static let largestFile = 5 << 20
    package static let longestSide = 8_000

    package init(format: ImageFormat, width: Int, height: Int) {
        self.format = format
        self.width = width
        self.height = height
    }

    /// What a file's bytes say that it is.
    package enum Finding: Sendable, Hashable {
        case image(ImageHeader)
        /// Begins like an image of a kind that is not taken, or one that is damaged; the reason completes "it is …".
        case unusable(String)
        case noImage
    }

    package static func find(in bytes: [UInt8]) -> Finding {
        if starts(bytes, with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            return finding(.png, png(bytes))
        }
        if starts(bytes, with: [0xFF, 0xD8, 0xFF]) { return finding(.jpeg, jpeg(bytes)) }
        if starts(bytes, with: Array("RIFF".utf8)), bytes.count >= 12, Array(bytes[8..<12]) == Array("WEBP".utf8) {
            return finding(.webp, webp(bytes))
        }
        if starts(bytes, with: Array("GIF8".utf8)) { return .unusable("a GIF") }
        if starts(bytes, with: Array("BM".utf8)), bytes.count >= 30, littleEndian(bytes, 6, 4) == 0 {
            return .unusable("a BMP")
        }
        return .noImage
    }

    private static func finding(_ format: ImageFormat, _ size: (Int, Int)?) -> Finding {
        guard let (width, height) = size, width > 0, height > 0 else {
            return .unusable("a damaged \(format.rawValue.dropFirst(6).uppercased())")
        }
        return .image(ImageHeader(format: format, width: width, height: height))
    }

    private static func png(_ bytes: [UInt8]) -> (Int, Int)? {
        guard bytes.count >= 24, Array(bytes[12..<16]) == Array("IHDR".utf8) else { return nil }
        return (bigEndian(bytes, 16, 4), bigEndian(bytes, 20, 4))
    }

    /// Walks the segments to the frame header.
    private static func jpeg(_ bytes: [UInt8]) -> (Int, Int)? {
        var index = 2
        while index + 4 <= bytes.count {
            guard bytes[index] == 0xFF else { return nil }
            let marker = bytes[index + 1]
            switch marker {
            case 0xFF: index += 1
            case 0x01, 0xD0...0xD8: index += 2
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                guard index + 9 <= bytes.count else { return nil }
                return (bigEndian(bytes, index + 7, 2), bigEndian(bytes, index + 5, 2))
            case 0xD9, 0xDA: return nil
            default:
                let length = bigEndian(bytes, index + 2, 2)
                guard length >= 2 else { return nil }
                index += 2 + length
            }
        }
        return nil
    }

    /// The three forms of a WebP file: lossy, lossless and extended.
    private static func webp(_ bytes: [UInt8]) -> (Int, Int)? {
        guard bytes.count >= 30 else { return nil }
        switch String(decoding: bytes[12..<16], as: UTF8.self) {
        case "VP8 ":
            guard Array(bytes[23..<26]) == [0x9D, 0x01, 0x2A] else { return nil }
            return (littleEndian(bytes, 26, 2) & 0x3FFF, littleEndian(bytes, 28, 2) & 0x3FFF)
        case "VP8L":
            guard bytes[20] == 0x2F else { return nil }
            let bits = littleEndian(bytes, 21, 4)
            return ((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
        case "VP8X":
            return (littleEndian(bytes, 24, 3) + 1, littleEndian(bytes, 27, 3) + 1)
        default:
            return nil
        }
    }

    private static func starts(_ bytes: [UInt8], with magic: [UInt8]) -> Bool { bytes.starts(with: magic) }

    private static func bigEndian(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
        bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func littleEndian(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
        bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
