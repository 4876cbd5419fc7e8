/// A vector in a byte a coordinate, with what is lost by that.
struct VectorCode: Sendable, Hashable {
    /// As many as the vector's, and zeros up to a multiple of ``block``.
    var codes: [Int8]
    /// What a code has to be multiplied by.
    var scale: Float
    /// The length of what stands behind the first coordinates, see ``head(of:)``.
    var rest: Float
    /// The length of the difference between the vector and what the codes say.
    var error: Float

    /// Coordinates come in blocks that fit the processor's registers.
    static let block = 16
    /// How many of so many coordinates are looked at first: they tell most vectors from one that is like the question.
    static func head(of length: Int) -> Int { min(length, max(128, Self.length(of: length / 3))) }

    init(codes: [Int8], scale: Float, rest: Float, error: Float) {
        self.codes = codes
        self.scale = scale
        self.rest = rest
        self.error = error
    }

    init(_ unit: UnitVector) {
        let largest = unit.values.reduce(0) { max($0, abs($1)) }
        let scale = largest / 127
        var codes = [Int8](repeating: 0, count: Self.length(of: unit.values.count))
        let head = Self.head(of: codes.count)
        var error = 0.0
        var rest = 0.0
        for (index, value) in unit.values.enumerated() {
            let code = (value / scale).rounded()
            codes[index] = Int8(max(-127, min(127, code)))
            let lost = Double(value) - Double(codes[index]) * Double(scale)
            error += lost * lost
            if index >= head { rest += Double(value) * Double(value) }
        }
        // Rounded up, so that bounds stay bounds.
        self.init(
            codes: codes, scale: scale, rest: Float(rest.squareRoot()).nextUp, error: Float(error.squareRoot()).nextUp)
    }

    static func length(of count: Int) -> Int { (count + block - 1) / block * block }
}
