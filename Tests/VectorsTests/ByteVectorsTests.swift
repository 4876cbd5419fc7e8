import Testing
import Vectors

@Suite struct ByteVectorsTests {
    @Test(
        "products are the same with special instructions and without",
        arguments: [0, 1, 15, 16, 17, 31, 32, 100, 128, 384])
    func products(_ length: Int) {
        var random = SystemRandomNumberGenerator()
        let one = (0..<length).map { _ in Int8.random(in: .min ... .max, using: &random) }
        let vectors = [one, one.reversed(), one.map { _ in .min }, one.map { _ in .max }]
        let sums = vectors.map { zip(one, $0).reduce(Int32(0)) { $0 + Int32($1.0) * Int32($1.1) } }
        var products = [Int32](repeating: -1, count: vectors.count + 1)
        ByteVectors.products(one, vectors.flatMap(\.self), length: length, count: vectors.count, into: &products)
        #expect(products == sums + [-1])
        #expect(vectors.map { ByteVectors.product(one[...], $0[...]) } == sums)
        #expect(vectors.map { ByteVectors.plainProduct(one, $0) } == sums)
    }

    @Test func `a product is of as many numbers as the shorter vector has`() {
        #expect(ByteVectors.product([1, 2, 3], [4, 5]) == 14)
    }
}
