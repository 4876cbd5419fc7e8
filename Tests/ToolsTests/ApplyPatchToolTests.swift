import Conversation
import Edits
import Files
import JSON
import Testing
import Tools

struct ApplyPatchToolTests {
    let tool = ApplyPatchTool()

    @Test func `several files are changed, and none is written yet`() async throws {
        try await Folder.lend { folder in
            try folder.write("one\ntwo\n", to: "a.txt")
            try folder.write("old\n", to: "b.txt")
            let patch = """
                *** Begin Patch
                *** Update File: a.txt
                *** Move to: d/c.txt
                @@
                 one
                -two
                +2
                *** Delete File: b.txt
                *** Add File: e.txt
                +new
                *** End Patch
                """
            let decision = try await folder.decide(tool, ["patch": .string(patch)])
            let old = Array("one\ntwo\n".utf8)
            let expected = [
                FileChange(path: "b.txt", before: Array("old\n".utf8), after: nil, report: ""),
                FileChange(
                    path: "d/c.txt", before: nil, after: Array("one\n2\n".utf8), isExecutable: false, report: ""),
                FileChange(path: "a.txt", before: old, after: nil, report: ""),
                FileChange(path: "e.txt", before: nil, after: Array("new\n".utf8), report: ""),
            ]
            guard case .changes(let changes, let report) = decision else {
                Issue.record("\(decision)")
                return
            }
            #expect(changes == expected)
            #expect(report.hasPrefix("The patch is applied: deleted b.txt, moved a.txt to d/c.txt, created e.txt.\n"))
            #expect(try FileSystem.readText(folder.root / "a.txt") == "one\ntwo\n")
        }
    }

    @Test(arguments: [
        "../x", "/etc/passwd", ".git/config", ".GIT/x", ".env", ".vencejo/config.yaml", "out/x.txt", "link",
    ])
    func `what is closed stays so`(path: String) async throws {
        try await Folder.lend { folder in
            try folder.link("out", to: "../outside")
            try folder.link("link", to: "../outside/x.txt")
            let patch = "*** Begin Patch\n*** Add File: \(path)\n+x\n*** Add File: ok.txt\n+x\n*** End Patch"
            let output = try await folder.answer(tool, ["patch": .string(patch)])
            #expect(output.outcome == .error)
            #expect(output.text.hasPrefix("Nothing was changed."), "\(output.text)")
            #expect(!FileSystem.exists(folder.outside / "x.txt"))
        }
    }

    @Test(arguments: [
        (EditFormat.editTool, ["edit_file", "write_file"]), (.patchEnvelope, ["apply_patch", "write_file"]),
        (.unifiedDiff, ["apply_patch", "write_file"]), (.searchReplace, ["apply_patch", "write_file"]),
        (.wholeFile, ["edit_file", "write_file"]),
    ])
    func `a model is offered the tools that fit it`(format: EditFormat, editing: [String]) {
        #expect(EditTools.offered(["search", "edit_file", "write_file"], for: format) == Set(editing + ["search"]))
        #expect(EditTools.offered(["search"], for: format) == ["search"])
    }
}
