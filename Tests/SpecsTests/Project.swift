import Files
import Specs
import Testing

/// A project's folder with these files, for one test.
struct Project {
    let root: FilePath

    static func lend(_ files: [String: String] = [:], _ body: (Project) throws -> Void) throws {
        try FileSystem.withTemporaryDirectory { (base: FilePath) in
            let project = Project(root: base / "project")
            try FileSystem.createDirectory(project.root)
            for (path, text) in files { try project.write(text, to: path) }
            try body(project)
        }
    }

    func write(_ text: String, to path: String) throws {
        let place = root.appending(path)
        try FileSystem.createDirectory(place.parent)
        try FileSystem.write(text, to: place)
    }

    func text(_ path: String) throws -> String { try FileSystem.readText(root.appending(path)) }

    func exists(_ path: String) -> Bool { FileSystem.exists(root.appending(path)) }

    /// Every file with its text, but for those in hidden folders of git.
    func files(_ folder: String = "") throws -> [String: String] {
        var found: [String: String] = [:]
        for entry in try FileSystem.list(root.appending(folder)) where entry.name != ".git" {
            let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
            if entry.kind == .directory {
                found.merge(try files(path)) { $1 }
            } else {
                found[path] = String(decoding: try FileSystem.readBytes(root.appending(path)), as: UTF8.self)
            }
        }
        return found
    }
}
