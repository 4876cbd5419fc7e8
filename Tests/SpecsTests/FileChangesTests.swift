import Files
import Specs
import Testing

@Suite struct `Changes of several files` {
    private func changes(_ project: Project) -> FileChanges {
        var changes = FileChanges(root: project.root)
        changes.put(Array("new".utf8), at: "specs/a/b.md", insteadOf: nil)
        changes.put(Array("two".utf8), at: "specs/one.md", insteadOf: Array("one".utf8))
        return changes
    }

    @Test func `All files are written, and nothing is left aside`() throws {
        try Project.lend(["specs/one.md": "one"]) { (project) throws in
            try changes(project).perform()
            #expect(try project.files() == ["specs/a/b.md": "new", "specs/one.md": "two"])
        }
    }

    @Test func `A file that has changed meanwhile keeps all of them from being written`() throws {
        try Project.lend(["specs/one.md": "mine"]) { (project) throws in
            #expect(
                throws: SpecsError(
                    .changed, "Nothing was changed: specs/one.md was changed by someone else meanwhile; try again.")
            ) { try changes(project).perform() }
            #expect(try project.files() == ["specs/one.md": "mine"])
        }
    }

    @Test func `What cannot be written takes the others back`() throws {
        try Project.lend(["specs/one.md": "one", "specs/z": "a file"]) { (project) throws in
            var changes = changes(project)
            changes.put(Array("x".utf8), at: "specs/z/deep.md", insteadOf: nil)
            #expect(throws: SpecsError.self) { try changes.perform() }
            #expect(try project.files() == ["specs/one.md": "one", "specs/z": "a file"])
        }
    }

    @Test func `What a killed process had begun is finished by the next one`() throws {
        try Project.lend(["specs/one.md": "one", "specs/.pending/1": "new", "specs/.pending/2": "two"]) {
            (project) throws in
            // Before the list is there, nothing had been decided.
            #expect(try !FileChanges.recover(in: project.root))
            #expect(try project.files() == ["specs/one.md": "one"])
        }
        try Project.lend(["specs/a/b.md": "new", "specs/one.md": "one", "specs/.pending/2": "two"]) {
            (project) throws in
            try project.write(Self.list, to: "specs/.pending/list.json")
            #expect(try FileChanges.recover(in: project.root))
            #expect(try project.files() == ["specs/a/b.md": "new", "specs/one.md": "two"])
        }
    }

    @Test func `What was changed since is not written over, and the user is told where the text is`() throws {
        try Project.lend(["specs/a/b.md": "new", "specs/one.md": "mine", "specs/.pending/2": "two"]) {
            (project) throws in
            try project.write(Self.list, to: "specs/.pending/list.json")
            #expect(
                throws: SpecsError(
                    .changed,
                    "specs/one.md was changed while a change of it was under way: take what you want of specs/.pending/2, then remove specs/.pending."
                )
            ) { try FileChanges.recover(in: project.root) }
            #expect(try project.text("specs/one.md") == "mine")
        }
    }

    @Test func `A link that leads out of the project is not followed`() throws {
        try Project.lend(["specs/one.md": "one"]) { (project) throws in
            try FileSystem.createSymlink(at: project.root / "specs/a", to: "/tmp")
            let error = #expect(throws: SpecsError.self) { try changes(project).perform() }
            #expect(error?.message.contains("the symbolic link") == true)
            #expect(try project.text("specs/one.md") == "one")
        }
    }

    /// Of the two files above, by their hashes.
    private static let list = """
        {
          "version": 1,
          "moves": [
            {"path": "specs/a/b.md", "part": "1", "before": null,
             "after": "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"},
            {"path": "specs/one.md", "part": "2",
             "before": "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
             "after": "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"}
          ]
        }
        """
}
