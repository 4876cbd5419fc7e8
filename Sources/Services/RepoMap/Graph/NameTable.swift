/// Numbers names in the order in which they come, and keeps the bytes of each once.
struct NameTable: Sendable {
    private var arena: [UInt8] = []
    private var ends: [Int32] = []
    private var hashes: [UInt32] = []
    /// Open addressing; -1 is an empty place.
    ///
    /// The size is a power of two.
    private var slots: [Int32] = Array(repeating: -1, count: 1 << 12)

    var count: Int { ends.count }

    mutating func intern(_ name: ArraySlice<UInt8>) -> Int32 {
        let hash = Self.hash(name)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let found = slots[slot]
            if hashes[Int(found)] == hash, bytes(found).elementsEqual(name) { return found }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = Int32(ends.count)
        arena += name
        ends.append(Int32(arena.count))
        hashes.append(hash)
        slots[slot] = number
        if ends.count * 2 > slots.count { grow() }
        return number
    }

    /// The number of a name that came before, or nil.
    func number(of name: String) -> Int32? {
        let bytes = Array(name.utf8)[...]
        let hash = Self.hash(bytes)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let found = slots[slot]
            if hashes[Int(found)] == hash, self.bytes(found).elementsEqual(bytes) { return found }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    func bytes(_ number: Int32) -> ArraySlice<UInt8> {
        let start = number == 0 ? 0 : Int(ends[Int(number) - 1])
        return arena[start..<Int(ends[Int(number)])]
    }

    func text(_ number: Int32) -> String { String(decoding: bytes(number), as: UTF8.self) }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for number in hashes.indices {
            var slot = Int(hashes[number]) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number)
        }
    }

    private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return hash ^ hash >> 15
    }
}
