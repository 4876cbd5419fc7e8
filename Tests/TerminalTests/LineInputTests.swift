import Terminal
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct LineInputTests {
    private func withPipe(_ body: (_ read: Int32, _ write: (String) -> Void, _ end: () -> Void) async throws -> Void)
        async throws
    {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        var isOpen = true
        defer {
            close(ends[0])
            if isOpen { close(ends[1]) }
        }
        try await body(ends[0]) { text in
            #expect(write(ends[1], text, text.utf8.count) == text.utf8.count)
        } _: {
            close(ends[1])
            isOpen = false
        }
    }

    @Test func `lines are read one after another until the end`() async throws {
        try await withPipe { descriptor, type, end in
            type("yes\nzwölf\r\n\nrest")
            end()
            var lines: [String?] = []
            for _ in 0..<5 { lines.append(try await LineInput.readLine(descriptor: descriptor)) }
            #expect(lines == ["yes", "zwölf", "", "rest", nil])
        }
    }

    @Test func `a cancelled reader stops and takes nothing from the next`() async throws {
        try await withPipe { descriptor, type, _ in
            // Cancelled and awaited below, by this test.
            let reader = Task { try await LineInput.readLine(descriptor: descriptor) }
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
            type("later\n")
            let line = try await LineInput.readLine(descriptor: descriptor)
            #expect(line == "later")
        }
    }

    @Test func `a line that is still awaited is read when it comes`() async throws {
        try await withPipe { descriptor, type, _ in
            async let line = LineInput.readLine(descriptor: descriptor)
            type("one ")
            type("line\n")
            let whole = try await line
            #expect(whole == "one line")
        }
    }

    @Test func `a descriptor that cannot be read is an error`() async {
        let expected = TerminalError(
            code: .cannotRead, message: "Cannot read a line from descriptor 9999: Bad file descriptor.")
        await #expect(throws: expected) { try await LineInput.readLine(descriptor: 9999) }
    }
}
