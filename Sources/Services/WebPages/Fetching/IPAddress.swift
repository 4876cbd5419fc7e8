/// An address of the internet protocol, enough to tell whether it is a public one.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// Four or sixteen.
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// In numbers; an address of version 6 without anything left out.
    package var description: String {
        if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: bytes.count - 1, by: 2).map {
            String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
        }.joined(separator: ":")
    }

    /// Why a page there is none of the public web, or nil: `this machine`, `a private network` and the like.
    package var closedPlace: String? {
        bytes.count == 4 ? Self.closedPlace(of: bytes) : closedPlaceOfSix
    }

    private var closedPlaceOfSix: String? {
        if bytes.dropLast().allSatisfy({ $0 == 0 }), bytes[15] <= 1 { return "this machine" }
        // Addresses of version 4 in the dress of version 6: mapped, compatible, translated, 6to4.
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == bytes[11], [0, 0xFF].contains(bytes[10]) {
            return Self.closedPlace(of: Array(bytes[12...]))
        }
        if bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B]) { return Self.closedPlace(of: Array(bytes[12...])) }
        if bytes.starts(with: [0x20, 0x02]) { return Self.closedPlace(of: Array(bytes[2..<6])) }
        switch (bytes[0], bytes[1] & 0xC0) {
        case (0xFC, _), (0xFD, _): return "a private network"
        case (0xFE, 0x80): return "a link-local address"
        case (0xFE, 0xC0): return "a private network"
        case (0xFF, _): return "a multicast address"
        default: return nil
        }
    }

    private static func closedPlace(of four: [UInt8]) -> String? {
        switch (four[0], four[1]) {
        case (127, _), (0, _): "this machine"
        case (10, _), (172, 16...31), (192, 168): "a private network"
        case (100, 64...127), (198, 18...19): "a private network"
        case (192, 0) where four[2] == 0: "a reserved address"
        case (169, 254): "a link-local address"
        case (224...239, _): "a multicast address"
        case (240...255, _): "a reserved address"
        default: nil
        }
    }
}
