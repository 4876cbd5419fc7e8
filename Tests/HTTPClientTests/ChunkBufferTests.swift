import Testing

@testable import HTTPClient

struct ChunkBufferTests {
    @Test func `chunks come out as they went in`() {
        var buffer = ChunkBuffer()
        for chunk in [[1], [2, 3], [4]] as [[UInt8]] { buffer.append(chunk) }
        var taken: [[UInt8]] = []
        while let (chunk, resumes) = buffer.take() {
            #expect(!resumes)
            taken.append(chunk)
        }
        #expect(taken == [[1], [2, 3], [4]])
        #expect(buffer.isEmpty)
    }

    @Test(arguments: [1, 16 * 1024])
    func `it stalls above the high mark and resumes once at the low mark`(size: Int) {
        var buffer = ChunkBuffer()
        var count = 0
        while buffer.admits() {
            buffer.append([UInt8](repeating: 0, count: size))
            count += 1
        }
        #expect(count * (size + 64) >= ChunkBuffer.highWaterMark)
        #expect((count - 1) * (size + 64) < ChunkBuffer.highWaterMark)
        var left = count
        var resumedAt: [Int] = []
        while let (_, resumes) = buffer.take() {
            left -= 1
            if resumes { resumedAt.append(left) }
        }
        #expect(resumedAt == [ChunkBuffer.lowWaterMark / (size + 64)])
        let admitsAgain = buffer.admits()
        #expect(admitsAgain)
    }
}
