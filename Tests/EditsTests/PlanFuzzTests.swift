import Edits
import Testing

@Suite struct `Plans from random input` {
    static let files = [
        "a.txt": "one\ntwo\nthree\n", "src/b.py": "def f():\n    return 1\n\ndef g():\n    return 2\n",
        "c": "x\r\ny\r\n",
        "d": "",
    ]

    static let seeds = [
        "*** Begin Patch\n*** Update File: a.txt\n@@\n one\n-two\n+2\n*** Add File: n/e.txt\n+x\n*** Delete File: c\n*** End Patch\n",
        "diff --git a/a.txt b/z.txt\nsimilarity index 90%\nrename from a.txt\nrename to z.txt\n--- a/a.txt\n+++ b/z.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n",
        "src/b.py\n```python\n<<<<<<< SEARCH\ndef f():\n    return 1\n=======\ndef f():\n    return 3\n>>>>>>> REPLACE\n```\n",
        "a.txt\n```\nwhole\nnew\n```\n",
        "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+a\n--- a/c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-x\n-y\n",
    ]

    static let pieces = [
        "*** Begin Patch\n", "*** Update File: ", "*** Add File: ", "*** Delete File: ", "*** Move to: ",
        "*** End of File\n",
        "@@ -1,3 +1,9999999999999999999 @@\n", "@@", "\n", "+", "-", " ", "--- a/", "+++ b/", "/dev/null", "a.txt",
        "../x",
        "/etc/passwd", ".git/config", ".GIT/hooks/x", "src/../../y", "one\n", "two\n", "...", "<<<<<<< SEARCH\n",
        "=======\n",
        ">>>>>>> REPLACE\n", "```", "\0", "\r\n", "\\ No newline at end of file\n", "rename from ", "rename to ", "é",
        "\u{FEFF}",
        "diff --git a/a.txt b/c\n", "new file mode 120000\n", "\"a\\303\\", "src/b.py", "d/e",
    ]

    private func mutated(_ seed: String, _ random: inout Seeded) -> String {
        var bytes = Array(seed.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random)?.utf8 ?? "".utf8, at: place)
            case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...9, using: &random)))
            default: bytes = Array(bytes.prefix(place)) + Array((Self.seeds.randomElement(using: &random) ?? "").utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `no input traps, leaves the workspace or changes half`(seed: UInt64) {
        var random = Seeded(seed)
        let tree = EditTree(files: Self.files)
        for round in 0..<420 {
            let text =
                round % 3 == 0
                ? random.text(Self.pieces, upTo: 20) : mutated(Self.seeds[round % Self.seeds.count], &random)
            let format: EditFormat? = round % 2 == 0 ? nil : EditFormat.allCases[(round / 2) % 4]
            let plan = EditPlan.parse(text, as: format)
            do throws(EditError) {
                let edits = try tree.apply(plan)
                #expect(plan.problems.isEmpty && !edits.isEmpty)
                for edit in edits {
                    var paths = [edit.path]
                    if case .rename(let from) = edit.kind { paths.append(from) }
                    for path in paths {
                        let names = path.split(separator: "/", omittingEmptySubsequences: false)
                        #expect(
                            !names.isEmpty
                                && !names.contains { ["", ".", ".."].contains($0) || $0.lowercased() == ".git" },
                            "\(path) from \(text.debugDescription)")
                        #expect(!path.utf8.contains(0))
                    }
                }
            } catch {
                #expect(!error.message.isEmpty && !error.failures.isEmpty)
            }
        }
    }
}
