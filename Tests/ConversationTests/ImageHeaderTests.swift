import Conversation
import Testing

@Suite("What an image's header says")
struct ImageHeaderTests {
    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 3, 0x20, 0, 0, 2, 0x58, 8, 2, 0, 0, 0]
    static let jpeg: [UInt8] = [
        0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC2, 0, 11, 8, 0x01, 0x02, 0x03, 0x04, 3, 0, 0, 0,
    ]

    private static func webp(_ kind: String, _ rest: [UInt8]) -> [UInt8] {
        let bytes = Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBP\(kind)".utf8) + [0, 0, 0, 0] + rest
        return bytes + [UInt8](repeating: 0, count: max(0, 30 - bytes.count))
    }

    @Test(
        "format and size are read",
        arguments: [
            (png, ImageHeader(format: .png, width: 800, height: 600)),
            (jpeg, ImageHeader(format: .jpeg, width: 0x304, height: 0x102)),
            (
                webp("VP8 ", [0, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xF0, 0x00]),
                ImageHeader(format: .webp, width: 320, height: 240)
            ),
            (webp("VP8L", [0x2F, 0x3F, 0xC1, 0x3B, 0x00]), ImageHeader(format: .webp, width: 320, height: 240)),
            (
                webp("VP8X", [0, 0, 0, 0, 0x3F, 0x01, 0, 0xEF, 0, 0]),
                ImageHeader(format: .webp, width: 320, height: 240)
            ),
        ])
    func size(bytes: [UInt8], header: ImageHeader) {
        #expect(ImageHeader.find(in: bytes) == .image(header))
    }

    @Test(
        "what cannot be used is named",
        arguments: [
            (Array("GIF89a".utf8), ImageHeader.Finding.unusable("a GIF")),
            (Array(png.prefix(20)), .unusable("a damaged PNG")), (Array(jpeg.prefix(12)), .unusable("a damaged JPEG")),
            (webp("VP9 ", []), .unusable("a damaged WEBP")), (Array("plain text".utf8), .noImage), ([], .noImage),
        ])
    func unusable(bytes: [UInt8], finding: ImageHeader.Finding) {
        #expect(ImageHeader.find(in: bytes) == finding)
    }

    @Test("no cut of a header is read past its end")
    func truncations() {
        for whole in [Self.png, Self.jpeg, Self.webp("VP8 ", []), Self.webp("VP8L", [0x2F])] {
            for count in 0..<whole.count {
                if case .image(let header) = ImageHeader.find(in: Array(whole.prefix(count))) {
                    #expect(header.width > 0 && header.height > 0)
                }
            }
        }
    }

    @Test(
        "Base64 is padded",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func base64(plain: String, text: String) {
        #expect(Base64.text(Array(plain.utf8)) == text)
    }
}
