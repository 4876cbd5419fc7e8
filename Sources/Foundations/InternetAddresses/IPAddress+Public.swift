extension IPAddress {
    /// Whether it is on the open internet: not this machine, not a private network, not a cloud's metadata service.
    package var isPublic: Bool { closedPlace == nil }

    /// Why it is not on the open internet, or nil: `this machine`, `a private network`, `a reserved address` and the like.
    ///
    /// By IANA's registries of special-purpose addresses (RFC 6890); of version 6 only what is given out, 2000::/3.
    package var closedPlace: String? {
        if bytes.count == 4 { return Self.closedPlace(ofFour: bytes) }
        if let inner = embedded { return Self.closedPlace(ofFour: inner) }
        switch (bytes[0], bytes[1] & 0xC0) {
        case (0xFC...0xFD, _), (0xFE, 0xC0): return "a private network"
        case (0xFE, 0x80): return "a link-local address"
        case (0xFF, _): return "a multicast address"
        case (0x20...0x3F, _): break
        default: return "a reserved address"
        }
        // Teredo and its neighbours, 2001::/23, and the block of documentations.
        let isReserved =
            bytes[0] == 0x20 && bytes[1] == 0x01 && (bytes[2] < 0x02 || bytes[2] == 0x0D && bytes[3] == 0xB8)
        return isReserved ? "a reserved address" : nil
    }

    /// The address of version 4 that is carried in one of version 6: mapped, compatible, NAT64 and 6to4.
    private var embedded: [UInt8]? {
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF { return Array(bytes[12...]) }
        if bytes[..<12].allSatisfy({ $0 == 0 }) { return Array(bytes[12...]) }
        if bytes[..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] { return Array(bytes[12...]) }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return Array(bytes[2..<6]) }
        return nil
    }

    private static func closedPlace(ofFour bytes: [UInt8]) -> String? {
        switch (bytes[0], bytes[1]) {
        case (0, _), (127, _): "this machine"
        case (10, _), (172, 16...31), (192, 168), (100, 64...127), (198, 18...19): "a private network"
        case (169, 254): "a link-local address"
        case (192, 0) where bytes[2] == 0 || bytes[2] == 2: "a reserved address"
        case (198, 51) where bytes[2] == 100, (203, 0) where bytes[2] == 113: "a reserved address"
        case (224...239, _): "a multicast address"
        case (240..., _): "a reserved address"
        default: nil
        }
    }
}
