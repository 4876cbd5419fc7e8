import Edits
import Testing

/// Plans of which much fails on a long file: the first failures are explained, and the effort for the rest is bounded.
@Suite struct ManyFailuresTests {
    private static func line(_ number: Int) -> String { "line \(number) of the file, with value \(number % 977)" }

    private static let files = [
        "a.txt": (1...20_000).map { line($0) + "\n" }.joined(), "b.txt": String(repeating: "x\ny\n", count: 10_000),
    ]

    private func failure(_ patch: String) -> EditError? {
        do throws(EditError) {
            _ = try EditTree(files: Self.files).apply(EditPlan.parse(patch))
            return nil
        } catch {
            return error
        }
    }

    /// A hundred hunks on one file, or as many operations, of which every second fits where `isMixed`.
    private func envelope(header: String, isOneOperation: Bool, isMixed: Bool) -> String {
        var patch = "*** Begin Patch\n"
        for number in stride(from: 100, through: 10_000, by: 100) {
            if number == 100 || !isOneOperation { patch += "*** Update File: a.txt\n" }
            let isThere = isMixed && number.isMultiple(of: 200)
            patch += "@@\(header)\n \(Self.line(number))\n"
            patch += "-\(isThere ? Self.line(number + 1) : "line \(number + 1) is not there")\n+new \(number)\n"
        }
        return patch + "*** End Patch\n"
    }

    @Test(arguments: [true, false], [true, false])
    func `the first three failures show the nearest lines, the others say what to do`(
        isOneOperation: Bool, isMixed: Bool
    ) throws {
        let error = try #require(failure(envelope(header: "", isOneOperation: isOneOperation, isMixed: isMixed)))
        #expect(error.code == .notFound)
        #expect(error.failures.count == (isMixed ? 50 : 100))
        let explained = error.failures.filter { $0.reason.contains("the nearest are lines") }
        #expect(explained.map(\.reason) == Array(error.failures.prefix(3)).map(\.reason))
        #expect(error.failures[0].reason == "its old lines are not in the file; the nearest are lines 100 to 101")
        #expect(
            error.failures.dropFirst(3).allSatisfy {
                $0.reason == "its old lines are not in the file"
                    && $0.advice.hasPrefix("Send these lines exactly as the file has them")
            })
    }

    @Test func `headers that are nowhere do not have the file read again for each`() throws {
        var patch = "*** Begin Patch\n*** Update File: b.txt\n"
        for number in 1...1_000 { patch += "@@ def missing\(number)\n x\n-y\n+z\n" }
        let error = try #require(failure(patch + "*** End Patch\n"))
        #expect(error.code == .ambiguous)
        #expect(error.failures.count == 1_000)
        #expect(error.failures[0].reason.hasPrefix("its old lines stand in more than 20 places, at lines 1, 3, 5"))
    }

    @Test func `a header is found by the beginning of its line, the first one first`() throws {
        let tree = EditTree(files: ["a.py": "def one(a):\n    x\ndef two(b):\n    x\ndef two_more(c):\n    x\n"])
        let patch = "*** Begin Patch\n*** Update File: a.py\n@@ def two(\n-    x\n+    y\n*** End Patch\n"
        let edits = try tree.apply(EditPlan.parse(patch))
        #expect(
            edits.map(\.after?.bytes) == [
                Array("def one(a):\n    x\ndef two(b):\n    y\ndef two_more(c):\n    x\n".utf8)
            ])
    }
}
