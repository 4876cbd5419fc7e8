import Files
import Testing

@testable import Workbench

@Suite("Ignored files")
struct IgnoredFilesTests {
    @Test("are set aside but for dependencies and build products, and nothing else is touched")
    func setAside() async throws {
        try await TestRepository.with { repository in
            let workspace = try await repository.preparedWorkspace()
            let folder = repository.folder
            try FileSystem.write("secret-helper.py\nnode_modules/\n", to: workspace.root / ".gitignore")
            try FileSystem.write("x", to: workspace.root / "secret-helper.py")
            try FileSystem.write("y", to: workspace.root / "kept.py")
            try FileSystem.createDirectory(workspace.root / "node_modules")
            try FileSystem.write("z", to: workspace.root / "node_modules/dep.js")
            try await workspace.setAsideIgnored(to: folder / "aside")
            let names = try FileSystem.list(workspace.root).map(\.name)
            #expect(!names.contains("secret-helper.py"))
            #expect(names.contains("kept.py") && names.contains("node_modules"))
            let saved = try FileSystem.readText(folder / "aside/secret-helper.py")
            #expect(saved == "x")
        }
    }
}
