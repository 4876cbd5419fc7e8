import Edits
import Testing

@Suite struct `Printed changes are read back` {
    static let pieces = [
        "a\n", "b\n", "\n", "  a\n", "\tb\r\n", "c\r\n", "--- a\n", "+++ b\n", "@@ x\n", "*** d\n", "é\n", "...\n",
    ]

    private func file(_ random: inout Seeded) -> String {
        var text = random.text(Self.pieces, upTo: 14)
        if Int.random(in: 0..<4, using: &random) == 0 { text += "end" }
        if Int.random(in: 0..<6, using: &random) == 0 { text = "\u{FEFF}" + text }
        return text
    }

    private func changed(_ text: String, _ random: inout Seeded) -> String {
        guard Bool.random(using: &random) else { return file(&random) }
        let lines = Array(text.utf8).split(separator: 10, omittingEmptySubsequences: false)
        let some = lines.flatMap { line -> [ArraySlice<UInt8>] in
            switch Int.random(in: 0..<8, using: &random) {
            case 0: []
            case 1: [line, ArraySlice("new".utf8)]
            default: [line]
            }
        }
        return String(decoding: Array(some.joined(separator: [10])), as: UTF8.self)
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `in both formats, whatever the files hold`(seed: UInt64) throws {
        var random = Seeded(seed)
        for _ in 0..<40 {
            let old = file(&random)
            let new = changed(old, &random)
            guard !old.utf8.elementsEqual(new.utf8) else { continue }
            let texts: [(EditFormat, String)] = [
                (.unifiedDiff, UnifiedDiff.text(old: old, new: new, path: "f")),
                (.patchEnvelope, PatchEnvelope.text(old: old, new: new, path: "f")),
            ]
            for (format, text) in texts {
                let plan = EditPlan.parse(text, as: format)
                do {
                    let edits = try EditTree(files: ["f": old]).apply(plan)
                    #expect(
                        edits.map(\.after?.bytes) == [Array(new.utf8)],
                        "seed \(seed)\n\(old.debugDescription)\n\(new.debugDescription)\n\(text)")
                } catch {
                    Issue.record("seed \(seed): \(error)\n\(old.debugDescription)\n\(new.debugDescription)\n\(text)")
                }
            }
        }
    }

    @Test func `a created and a deleted file`() throws {
        for text in ["a\nb\n", "a", "a\r\n"] {
            for patch in [
                UnifiedDiff.text(old: nil, new: text, path: "d/f"),
                PatchEnvelope.text(old: nil, new: text, path: "d/f"),
            ] {
                let edits = try EditTree(files: [:]).apply(EditPlan.parse(patch))
                #expect(edits == [FileEdit(kind: .create, path: "d/f", before: nil, after: .init(Array(text.utf8)))])
            }
            for patch in [
                UnifiedDiff.text(old: text, new: nil, path: "d/f"),
                PatchEnvelope.text(old: text, new: nil, path: "d/f"),
            ] {
                let edits = try EditTree(files: ["d/f": text]).apply(EditPlan.parse(patch))
                #expect(edits == [FileEdit(kind: .delete, path: "d/f", before: .init(Array(text.utf8)), after: nil)])
            }
        }
    }

    @Test func `large files, many hunks and equal lines end`() throws {
        let lines = (0..<20_000).map { "    let value\($0) = compute(\($0))\n" }
        let old = lines.joined()
        var changed = lines
        for index in stride(from: 50, to: 20_000, by: 100) { changed[index] = "changed \(index)\n" }
        let new = changed.joined()
        let hunks = stride(from: 50, to: 20_000, by: 100).map { index in
            "@@\n \(lines[index - 1])-\(lines[index])+\(changed[index]) \(lines[index + 1])"
        }
        let patch = "--- a/f\n+++ b/f\n" + hunks.joined()
        let done = try EditTree(files: ["f": old]).apply(EditPlan.parse(patch)).map(\.after?.bytes) == [Array(new.utf8)]
        #expect(done)
        let equal = String(repeating: "x\n", count: 20_000)
        let block = String(repeating: "-x\n", count: 1000) + "+y\n"
        #expect(throws: EditError.self) {
            try EditTree(files: ["f": equal]).apply(
                EditPlan.parse("--- a/f\n+++ b/f\n" + String(repeating: "@@\n" + block, count: 200)))
        }
        #expect(throws: EditError.self) {
            try EditTree(files: ["f": old]).apply(
                EditPlan.parse(
                    "--- a/f\n+++ b/f\n" + String(repeating: "@@\n nowhere at all\n-x\n+y\n", count: 200)))
        }
    }
}
