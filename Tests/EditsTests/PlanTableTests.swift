import Edits
import Testing

@Suite struct `Plans applied to files` {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var file: String?
        var patch: String
        var result: String?
        var testDescription: String { name }
    }

    /// Each pair of old lines, new lines and what they make of a file, in the three formats that speak of lines.
    static let changes: [(name: String, file: String, old: [String], new: [String], result: String)] = [
        ("one line", "a\nb\nc\n", ["b"], ["x"], "a\nx\nc\n"),
        ("with context", "a\nb\nc\n", ["a", "b"], ["a", "x"], "a\nx\nc\n"),
        ("a deletion", "a\nb\nc\n", ["b", "c"], ["c"], "a\nc\n"),
        ("an insertion", "a\nc\n", ["a"], ["a", "b"], "a\nb\nc\n"),
        ("trailing space in the file", "a  \nb\t\nc\n", ["a", "b"], ["a", "x"], "a  \nx\nc\n"),
        ("trailing space as sent", "a\nb\n", ["a  ", "b"], ["a  ", "x"], "a\nx\n"),
        ("shifted to the right", "{\n    a\n      b\n}\n", ["a", "  b"], ["a", "  x"], "{\n    a\n      x\n}\n"),
        ("shifted to the left", "a\n  b\n", ["    a", "      b"], ["    a", "      x"], "a\n  x\n"),
        (
            "tabs for spaces", "a\n\tb\n\t\tc\n", ["a", "    b", "        c"], ["a", "    b", "        x"],
            "a\n\tb\n\t\tx\n"
        ),
        (
            "spaces for tabs", "a\n    b\n        c\n", ["a", "\tb", "\t\tc"], ["a", "\tb", "\t\tx"],
            "a\n    b\n        x\n"
        ),
        ("CRLF", "a\r\nb\r\nc\r\n", ["a", "b"], ["a", "x", "y"], "a\r\nx\r\ny\r\nc\r\n"),
        ("mixed line endings", "a\r\nb\nc\r\nd\n", ["b", "c"], ["b", "x"], "a\r\nb\nx\r\nd\n"),
        ("byte order mark", "\u{FEFF}a\nb\n", ["a", "b"], ["x", "b"], "\u{FEFF}x\nb\n"),
        ("no final line break", "a\nb", ["b"], ["x"], "a\nx"),
        ("no final line break, more lines", "a\r\nb", ["b"], ["x", "y"], "a\r\nx\r\ny"),
        ("elided lines", "a\n1\n2\nb\nc\n", ["a", "...", "b"], ["x", "...", "y"], "x\n1\n2\ny\nc\n"),
        ("elided lines in a comment", "a\n1\nb\n", ["a", "  // ...", "b"], ["a", "  // ...", "y"], "a\n1\ny\n"),
        ("everything goes", "a\nb\n", ["a", "b"], [], ""),
        ("not ASCII", "ä\n👩‍👧\n", ["👩‍👧"], ["é"], "ä\né\n"),
        ("composed and decomposed", "e\u{301}\n\u{E9}\n", ["\u{E9}"], ["x"], "e\u{301}\nx\n"),
    ]

    static func diffLines(_ old: [String], _ new: [String]) -> String {
        let above = zip(old, new).prefix { $0 == $1 }.count
        var lines = old.prefix(above).map { " \($0)\n" }
        var (before, after) = (Array(old.dropFirst(above)), Array(new.dropFirst(above)))
        // Elided lines have to be context.
        while let place = before.firstIndex(where: { $0.hasSuffix("...") }),
            let other = after.firstIndex(where: { $0.hasSuffix("...") })
        {
            lines += before[..<place].map { "-\($0)\n" } + after[..<other].map { "+\($0)\n" } + [" \(before[place])\n"]
            (before, after) = (Array(before[(place + 1)...]), Array(after[(other + 1)...]))
        }
        let below = zip(before.reversed(), after.reversed()).prefix { $0 == $1 }.count
        lines += before.dropLast(below).map { "-\($0)\n" } + after.dropLast(below).map { "+\($0)\n" }
        return (lines + before.suffix(below).map { " \($0)\n" }).joined()
    }

    static let lineCases: [Case] = changes.flatMap { change -> [Case] in
        let body = diffLines(change.old, change.new)
        let old = change.old.map { $0 + "\n" }.joined()
        let new = change.new.map { $0 + "\n" }.joined()
        return [
            ("blocks", "f\n```\n<<<<<<< SEARCH\n\(old)=======\n\(new)>>>>>>> REPLACE\n```\n"),
            ("diff", "--- a/f\n+++ b/f\n@@ -7,9 +8,3 @@\n\(body)"),
            ("diff without numbers", "```diff\n--- f\n+++ f\n@@\n\(body)```\n"),
            ("envelope", "*** Begin Patch\n*** Update File: f\n@@\n\(body)*** End Patch\n"),
        ].map { Case(name: "\(change.name), \($0.0)", file: change.file, patch: $0.1, result: change.result) }
    }

    static let otherCases = [
        Case(name: "whole file", file: "old\n", patch: "f\n```swift\nnew\n```\n", result: "new\n"),
        Case(name: "whole file, CRLF kept", file: "a\r\nb", patch: "**f**:\n```\nx\ny\n```", result: "x\r\ny"),
        Case(name: "whole file without its last fence", file: nil, patch: "`f`\n```\nx\ny\n", result: "x\ny\n"),
        Case(name: "a path with a/", file: "a\n", patch: "*** Update File: a/f\n-a\n+b\n", result: "b\n"),
        Case(name: "a path in the wrong case", file: "a\n", patch: "*** Update File: F\n-a\n+b\n", result: "b\n"),
        Case(
            name: "five markers", file: "a\n", patch: "f\n<<<<< SEARCH\na\n=====\nb\n>>>>> REPLACE", result: "b\n"),
        Case(
            name: "a divider in the text", file: "T\n=======\n",
            patch: "f\n<<<<<<<<< SEARCH\nT\n=======\n=========\nU\n=======\n>>>>>>>>> REPLACE", result: "U\n=======\n"),
        Case(
            name: "a later block on what an earlier one made", file: "a\n",
            patch: "f\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n<<<<<<< SEARCH\nb\n=======\nc\n>>>>>>> REPLACE",
            result: "c\n"),
        Case(
            name: "the nearest to the line number", file: "x\n1\nx\n2\nx\n",
            patch: "--- a/f\n+++ b/f\n@@ -3 +3 @@\n-x\n+y\n", result: "x\n1\ny\n2\nx\n"),
        Case(
            name: "below a header", file: "f {\n x\n}\ng {\n x\n}\n", patch: "*** Update File: f\n@@ g {\n- x\n+ y\n",
            result: "f {\n x\n}\ng {\n y\n}\n"),
        Case(
            name: "at the end of the file", file: "x\nx\n",
            patch: "*** Update File: f\n@@\n-x\n+y\n*** End of File\n", result: "x\ny\n"),
        Case(
            name: "added behind a header", file: "a\nb\n", patch: "*** Update File: f\n@@ a\n+x\n", result: "a\nx\nb\n"),
        Case(
            name: "an outer context line that has changed", file: "a\nb\nc\n",
            patch: "--- a/f\n+++ b/f\n@@\n other\n b\n-c\n+x\n", result: "a\nb\nx\n"),
        Case(name: "a new file", file: nil, patch: "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n", result: "a\n"),
        Case(name: "a deleted file", file: "a\n", patch: "*** Delete File: f\n", result: nil),
        Case(
            name: "a file gains a last line break", file: "a",
            patch: "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n", result: "a\n"),
    ]

    @Test(arguments: lineCases + otherCases)
    func `make these bytes`(test: Case) throws {
        let plan = EditPlan.parse(test.patch)
        let edits = try EditTree(files: test.file.map { ["f": $0] } ?? [:]).apply(plan)
        #expect(edits.map(\.path) == ["f"])
        let bytes = edits.first?.after?.bytes
        #expect(
            bytes == test.result.map { Array($0.utf8) },
            "\(String(decoding: bytes ?? [], as: UTF8.self).debugDescription)")
    }

    @Test func `a rename by git's headers keeps the mode`() throws {
        let tree = EditTree(contents: ["a": .init(Array("x\n".utf8), isExecutable: true)])
        let patch = "diff --git a/a b/d/b\nsimilarity index 100%\nrename from a\nrename to d/b\n"
        let content = EditTree.Content(Array("x\n".utf8), isExecutable: true)
        #expect(
            try tree.apply(EditPlan.parse(patch)) == [
                FileEdit(kind: .rename(from: "a"), path: "d/b", before: content, after: content)
            ])
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var patch: String
        var message: String
        var testDescription: String { message }
    }

    static let exactly = "Send these lines exactly as the file has them; read the file again if in doubt."

    @Test(arguments: [
        Refusal(
            patch: "*** Update File: f\n@@\n-x\n+y\n",
            message: "f, line 2 of the input: its old lines stand in 2 places, at lines 1, 3. "
                + "Send more of the surrounding lines so that they stand in one place."),
        Refusal(
            patch: "*** Update File: f\n@@\n let one = 1\n-let two = 3\n+z\n",
            message:
                "f, line 2 of the input: its old lines are not in the file; the nearest are lines 4 to 5. \(exactly)\n"
                + "Differences, - as sent, + as in the file:\n  let one = 1\n- let two = 3\n+ let two = 2"),
        Refusal(
            patch: "*** Update File: f\n@@\n+z\n",
            message: "f, line 2 of the input: it only adds lines and does not say where. "
                + "Send a neighbouring line with it, unchanged."),
        Refusal(
            patch: "*** Update File: g\n@@\n-x\n+y\n",
            message: "g, line 1 of the input: the file does not exist. Check the path."),
        Refusal(
            patch: "*** Add File: f\n+y\n",
            message: "f, line 1 of the input: the file exists already. "
                + "Change its lines, or delete it first in the same patch."),
        Refusal(
            patch: "*** Add File: ../f\n+y\n",
            message: "../f, line 1 of the input: the path has .. in it. "
                + "Give a path relative to the workspace's top folder."),
        Refusal(
            patch: "*** Delete File: .Git/config\n",
            message: ".Git/config, line 1 of the input: git's own folder is closed. "
                + "Give a path relative to the workspace's top folder."),
        Refusal(
            patch: "*** Update File: f\n@@\n y\n-nowhere\n+z\n*** Delete File: g\n",
            message: "1. f, line 2 of the input: its old lines are not in the file; the nearest are lines 2 to 3. "
                + "\(exactly)\nDifferences, - as sent, + as in the file:\n  y\n- nowhere\n+ x\n"
                + "2. g, line 6 of the input: the file does not exist. Check the path."),
        Refusal(
            patch: "f\n<<<<<<< SEARCH\ny\n=======\nz\n",
            message: "f, line 2 of the input: the block has no end, >>>>>>> REPLACE. "
                + "It may have been cut off; send the whole block again."),
        Refusal(
            patch: "hello",
            message: "line 1 of the input: the text is in none of the formats. "
                + "Send a patch from *** Begin Patch to *** End Patch, a unified diff, or SEARCH/REPLACE blocks."),
        Refusal(
            patch: "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+f\n",
            message: "l, line 1 of the input: the file mode 120000 is not one of 100644 and 100755. "
                + "Leave this file out of the patch."),
    ])
    func `are refused with all reasons`(refusal: Refusal) {
        let tree = EditTree(files: ["f": "x\ny\nx\nlet one = 1\nlet two = 2\n"])
        let error = #expect(throws: EditError.self) { try tree.apply(EditPlan.parse(refusal.patch)) }
        #expect(error?.message == "Nothing was changed.\n" + refusal.message)
    }
}
