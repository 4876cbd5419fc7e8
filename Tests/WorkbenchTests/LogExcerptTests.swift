import Testing

@testable import Workbench

@Suite struct LogExcerptTests {
    private let noise = (1...2000).map { "test_number_\($0) passed" }.joined(separator: "\n")

    @Test func `Short output stays whole, without colours and overwritten lines`() {
        #expect(
            LogExcerpt.ofFailure("\u{1b}[31mFAILED\u{1b}[0m one\r\n10%\r20%\rdone\u{7}\n\u{1b}]0;title\u{7}end\n")
                == "FAILED one\ndone\nend")
    }

    @Test(arguments: [
        "E   AssertionError: assert 1 == 2",
        "FAIL: test_add (tests.test_math.MathTests)",
        "✘ Test \"adds\" recorded an issue at MathTests.swift:4:5: Expectation failed: 1 == 2",
        "--- FAIL: TestAdd (0.00s)",
        "thread 'adds' panicked at src/lib.rs:10:9:",
        "  ● math › adds",
        "[ERROR]   MathTest.adds:12 expected: <1> but was: <2>",
        "src/main.c:3:5: error: unknown type name 'in'",
        "Sources/A.swift:3:5: error: cannot find 'x' in scope",
    ])
    func `A failure in the midst of a long log is kept, with the summary`(failure: String) {
        let excerpt = LogExcerpt.ofFailure("\(noise)\n\(failure)\n\(noise)\n1 failed, 4000 passed\n")
        #expect(excerpt.contains(failure))
        #expect(excerpt.hasSuffix("1 failed, 4000 passed"))
        #expect(excerpt.utf8.count <= 4096)
        #expect(excerpt.contains("[…]"))
    }

    @Test func `Without a known mark the end is kept`() {
        let excerpt = LogExcerpt.ofFailure("\(noise)\nstrange end\n", limit: 200)
        #expect(excerpt.hasSuffix("strange end"))
        #expect(excerpt.utf8.count <= 200)
    }

    @Test func `Many failures fit the limit, the first of them kept`() {
        let failures = (1...500).map { "FAIL: test_\($0)\nTraceback (most recent call last)\n  boom" }
        let excerpt = LogExcerpt.ofFailure(failures.joined(separator: "\n") + "\nFAILED (failures=500)\n")
        #expect(excerpt.contains("FAIL: test_1\n"))
        #expect(excerpt.hasSuffix("FAILED (failures=500)"))
        #expect(excerpt.utf8.count <= 4096)
    }

    @Test func `Of a success the last lines are kept`() {
        let excerpt = LogExcerpt.ofSuccess("\(noise)\nOK\n")
        #expect(excerpt.hasSuffix("test_number_2000 passed\nOK"))
        #expect(excerpt.utf8.count <= 1024)
    }
}
