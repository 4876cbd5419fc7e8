import Files
import Testing

struct RealPathInsideTests {
    @Test func `links that stay inside are resolved, also for what does not exist yet`() throws {
        try inTree { root throws in
            #expect(try FileSystem.realPathInside(root, "in/new/file") == root / "dir/new/file")
            #expect(try FileSystem.realPathInside(root, "dir/./../dir/f") == root / "dir/f")
            #expect(try FileSystem.realPathInside(root, ".") == root)
            #expect(try FileSystem.realPathInside(root, root / "in/f") == root / "dir/f")
            #expect(try FileSystem.realPathInside(root, "absolute/f") == root / "dir/f")
            #expect(try FileSystem.realPathInside(root, "no/../in") == root / "dir")
        }
    }

    @Test func `a root reached through a symlink is a root like any other`() throws {
        try inTree { root throws in
            let alias = root.parent / "alias"
            try FileSystem.createSymlink(at: alias, to: root.string)
            #expect(try FileSystem.realPathInside(alias, "in/f") == root / "dir/f")
            #expect(try FileSystem.realPathInside(alias, alias / "in/f") == root / "dir/f")
            #expect(try FileSystem.realPathInside(alias, root / "f") == root / "f")
        }
    }

    @Test(arguments: ["out", "out/deep/file", "in/out", "dangling", "chain/x", "dir/../out"])
    func `a link that leads out is refused`(_ path: FilePath) throws {
        try inTree { root throws in
            #expect(codes { try FileSystem.realPathInside(root, path) } == .symlinkEscape)
        }
    }

    @Test func `the error names the link and where it leads`() throws {
        try inTree { root throws in
            let message =
                "chain/x is outside \(root): the symbolic link \(root)/out leads to \(root.parent)/elsewhere/x."
            #expect(throws: FileError(.symlinkEscape, "chain/x", message)) {
                try FileSystem.realPathInside(root, "chain/x")
            }
        }
    }

    @Test(arguments: ["../x", "dir/../../x", "/etc/passwd", "/"])
    func `what is outside by its text is refused`(_ path: FilePath) throws {
        try inTree { root throws in
            #expect(throws: FileError(.outsideRoot, path, "\(path) is outside \(root).")) {
                try FileSystem.realPathInside(root, path)
            }
        }
    }

    @Test func `dots after a link follow the link, not the text`() throws {
        try inTree { root throws in
            // `in` leads to `dir`; its parent is the root.
            #expect(try FileSystem.realPathInside(root, "deep/../f") == root / "dir/f")
            #expect(codes { try FileSystem.realPathInside(root, "deep/../../../x") } == .symlinkEscape)
        }
    }

    @Test func `loops and files on the way are errors`() throws {
        try inTree { root throws in
            #expect(codes { try FileSystem.realPathInside(root, "loop/x") } == .isSymlink)
            #expect(codes { try FileSystem.realPathInside(root, "dir/f/x") } == .notDirectory)
            #expect(codes { try FileSystem.realPathInside(root / "none", "x") } == .notFound)
        }
    }

    private func inTree(_ body: (FilePath) throws -> Void) throws {
        try FileSystem.withTemporaryDirectory { base in
            let root = base / "root"
            try FileSystem.createDirectory(root / "dir/sub")
            try FileSystem.createDirectory(base / "elsewhere")
            try FileSystem.write("x", to: root / "dir/f")
            try FileSystem.createSymlink(at: root / "in", to: "dir")
            try FileSystem.createSymlink(at: root / "deep", to: "dir/sub")
            try FileSystem.createSymlink(at: root / "absolute", to: (root / "dir").string)
            try FileSystem.createSymlink(at: root / "out", to: "../elsewhere")
            try FileSystem.createSymlink(at: root / "dir/out", to: "/etc")
            try FileSystem.createSymlink(at: root / "dangling", to: (base / "later").string)
            try FileSystem.createSymlink(at: root / "chain", to: "in/../out")
            try FileSystem.createSymlink(at: root / "loop", to: "loop")
            try body(root)
        }
    }
}
