import Crypto
import Testing

struct RandomBytesTests {
    @Test func `random bytes come in the asked number and differ`() {
        #expect(secureRandomBytes(0) == [])
        #expect(secureRandomBytes(33).count == 33)
        #expect(secureRandomBytes(16) != secureRandomBytes(16))
    }

    @Test(
        arguments: [
            ([], [], true), ([1, 2], [1, 2], true), ([1, 2], [1, 3], false), ([1], [1, 2], false), ([], [0], false),
        ] as [([UInt8], [UInt8], Bool)])
    func `bytes compare as they are`(left: [UInt8], right: [UInt8], equal: Bool) {
        #expect(constantTimeEqual(left, right) == equal)
    }

    @Test func `hexadecimal digits and bytes turn into each other`() {
        #expect(Hexadecimal.text([0, 255, 16]) == "00ff10")
        #expect(Hexadecimal.bytes("00Ff10") == [0, 255, 16])
        #expect(Hexadecimal.bytes("0") == nil)
        #expect(Hexadecimal.bytes("0g") == nil)
    }
}
