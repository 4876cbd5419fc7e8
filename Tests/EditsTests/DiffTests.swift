import Testing

@testable import Edits

@Suite struct `Diffs` {
    @Test func `the fewest lines are named`() {
        let diff = LineDiff(old: ["a", "b", "c", "a", "b", "b", "a"], new: ["c", "b", "a", "b", "a", "c"])
        #expect(diff.counts.removed == 3)
        #expect(diff.counts.added == 2)
        #expect(LineDiff(old: ["a"], new: ["a"]).hunks == [])
        #expect(LineDiff(old: [], new: ["a"]).hunks == [LineDiff.Hunk(old: 0..<0, new: 0..<1)])
    }

    @Test func `a unified diff has context, spans and marks`() {
        let old = (1...12).map { "\($0)\n" }.joined()
        let new = old.replacing("2\n3\n", with: "2\nnew\n3\n").replacing("12\n", with: "12")
        #expect(
            UnifiedDiff.text(old: old, new: new, path: "f.txt") == """
                --- a/f.txt
                +++ b/f.txt
                @@ -1,5 +1,6 @@
                 1
                 2
                +new
                 3
                 4
                 5
                @@ -9,4 +10,4 @@
                 9
                 10
                 11
                -12
                +12
                \\ No newline at end of file

                """)
    }

    @Test func `new, emptied and equal files`() {
        #expect(UnifiedDiff.text(old: nil, new: "a\n", path: "f") == "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n")
        #expect(UnifiedDiff.text(old: "a\n", new: nil, path: "f") == "--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n")
        #expect(UnifiedDiff.text(old: "a\n", new: "a\n", path: "f") == "")
    }
}
