/// A text's place among others: coordinates of length one.
struct UnitVector: Sendable, Hashable {
    let values: [Float]

    /// Nil for no coordinates, for nothing but zeros and for what is no finite number.
    init?(_ coordinates: [Float]) {
        var sum = 0.0
        for value in coordinates { sum += Double(value) * Double(value) }
        guard sum.isFinite, sum > 0 else { return nil }
        let factor = 1 / sum.squareRoot()
        values = coordinates.map { Float(Double($0) * factor) }
    }

    /// The cosine of the angle to another of as many coordinates.
    func cosine(to other: UnitVector) -> Double {
        var sum = 0.0
        for (left, right) in zip(values, other.values) { sum += Double(left) * Double(right) }
        return sum
    }

    /// Four bytes a coordinate, the low one first.
    static func bytes(of values: [Float]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 4)
        for value in values {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    static func values(of bytes: [UInt8]) -> [Float]? {
        guard bytes.count % 4 == 0 else { return nil }
        return bytes.withUnsafeBytes { raw in
            (0..<bytes.count / 4).map { place in
                let bits = raw.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
    }
}
