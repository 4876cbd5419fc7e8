import CVectors

/// Products of vectors of bytes, with the processor's widest instructions that are sure to help.
package enum ByteVectors {
    /// The sum of the products of the numbers of two vectors, as many as the shorter has.
    package static func product(_ left: ArraySlice<Int8>, _ right: ArraySlice<Int8>) -> Int32 {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                vj_product(left.baseAddress, right.baseAddress, min(left.count, right.count))
            }
        }
    }

    /// Puts the product of the first `length` numbers of `one` with each of the vectors, which lie one behind the other and
    /// have `length` numbers each, into the first places of `products`.
    package static func products(
        _ one: [Int8], _ vectors: [Int8], length: Int, count: Int, into products: inout [Int32]
    ) {
        precondition(one.count >= length && vectors.count >= length * count && products.count >= count)
        vj_products(one, vectors, length, count, &products)
    }

    /// ``product(_:_:)`` without any special instructions: what tests compare with.
    package static func plainProduct(_ left: [Int8], _ right: [Int8]) -> Int32 {
        vj_product_plain(left, right, min(left.count, right.count))
    }
}
