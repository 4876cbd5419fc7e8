import Crypto
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

    @Test(arguments: [
        (".git/hooks/pre-commit", "1"), ("specs/../.GIT/config", "1"), ("stolen.md", "../../../outside.md"),
        ("stolen.md", "../one.md"), ("specs/a.md", "2"), ("specs/a.md", ""), ("../outside.md", "1"),
    ])
    func `A list that came with the repository is believed in nothing`(path: String, part: String) throws {
        try Project.lend(["specs/one.md": "one", "specs/.pending/1": "evil", "specs/.pending/2": "other"]) {
            (project) throws in
            try FileSystem.createDirectory(project.root / ".git/hooks")
            try FileSystem.write("evil", to: project.root.parent / "outside.md")
            let hash = SHA256.hash(Array("evil".utf8)).hex
            try project.write(
                """
                {"version": 1, "moves": [{"path": "\(path)", "part": "\(part)", "before": null, "after": "\(hash)"}]}
                """, to: "specs/.pending/list.json")
            #expect(throws: SpecsError.self) { try FileChanges.recover(in: project.root) }
            #expect(!project.exists(".git/hooks/pre-commit") && !project.exists(".git/config"))
            #expect(!project.exists("stolen.md") && !project.exists("specs/a.md"))
            #expect(try FileSystem.readText(project.root.parent / "outside.md") == "evil")
        }
    }

    @Test func `What is finished is no program, whatever it was aside`() throws {
        try Project.lend(["specs/.pending/1": "evil"]) { (project) throws in
            try FileSystem.setMode(0o755, of: project.root.appending("specs/.pending/1"))
            let hash = SHA256.hash(Array("evil".utf8)).hex
            try project.write(
                "{\"version\": 1, \"moves\": [{\"path\": \"specs/a.md\", \"part\": \"1\", \"after\": \"\(hash)\"}]}",
                to: "specs/.pending/list.json")
            #expect(try FileChanges.recover(in: project.root))
            #expect(try FileSystem.info(project.root.appending("specs/a.md"))?.mode == 0o644)
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
