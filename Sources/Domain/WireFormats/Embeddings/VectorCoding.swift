import Conversation
import JSON

/// Vectors as the wire has them.
enum VectorCoding {
    static func vector(_ value: JSONValue) throws(WireFault) -> [Float] {
        guard let elements = value.arrayValue else {
            throw WireFault(.invalid, "", "expected an array of numbers, got \(value.summary)")
        }
        var vector: [Float] = []
        vector.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard let number = element.doubleValue else {
                throw WireFault(.invalid, "[\(index)]", "expected a number, got \(element.summary)")
            }
            vector.append(Float(number))
        }
        return vector
    }

    /// Each number in the fewest digits that give the same float again.
    static func json(_ vector: [Float]) -> JSONValue {
        .array(
            vector.map { number in
                guard number.isFinite else { return .null }
                return .number(Double(number.description) ?? Double(number))
            })
    }

    static func vector(base64 text: String) -> [Float]? {
        guard let bytes = Base64.bytes(text), bytes.count % 4 == 0 else { return nil }
        return stride(from: 0, to: bytes.count, by: 4).map { place in
            let low = UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8
            let high = UInt32(bytes[place + 2]) << 16 | UInt32(bytes[place + 3]) << 24
            return Float(bitPattern: low | high)
        }
    }

    static func base64(_ vector: [Float]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(vector.count * 4)
        for number in vector {
            let bits = number.bitPattern
            for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        }
        return Base64.text(bytes)
    }
}
