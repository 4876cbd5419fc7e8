import Crypto

/// A vector on its way into the file: what it may be compared with, coarse for scanning and exact for deciding.
struct StoredVector: Sendable {
    var context: SHA256Digest
    var unit: UnitVector
    var code: VectorCode

    init(context: SHA256Digest, unit: UnitVector) {
        self.context = context
        self.unit = unit
        code = VectorCode(unit)
    }
}
