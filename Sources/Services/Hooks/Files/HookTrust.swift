import Crypto
package import Files
import ProjectTrust

/// Which projects' hooks the user trusts: by the hash of the very files, kept where no project can write.
package struct HookTrust: Sendable {
    private let list: TrustList

    /// - Parameter home: The folder of Vencejo's state.
    package init(home: FilePath) { list = TrustList(in: home / "trusted-hooks.json", of: "hooks") }

    /// Whether the user trusts the project's hooks as they are now.
    package func isTrusted(_ hash: String, of project: FilePath) throws(HooksError) -> Bool {
        try telling { () throws(TrustError) in try list.isTrusted(hash, of: project) }
    }

    package func trust(_ hash: String, of project: FilePath) throws(HooksError) {
        try telling { () throws(TrustError) in try list.trust(hash, of: project) }
    }

    package func distrust(_ project: FilePath) throws(HooksError) {
        try telling { () throws(TrustError) in try list.distrust(project) }
    }

    /// The hash of a project's hooks file and of everything in `.vencejo/hooks/`, or nil where there is no hooks file.
    ///
    /// A script that is changed is as new to the user as a hook that is.
    package static func hash(of project: FilePath) throws(HooksError) -> String? {
        let file = project / HookFile.projectFile
        guard FileSystem.exists(file) else { return nil }
        do throws(FileError) {
            var text = "hooks.yaml \(SHA256.hash(try FileSystem.readBytes(file, limit: 1 << 20)).hex)\n"
            for script in try files(below: project / scriptFolder) {
                let name = script.relative(to: project) ?? script.string
                let mode = (try FileSystem.info(script)?.mode ?? 0) & 0o111
                // A link is no script of the project's: where it leads may change without anybody's doing.
                if try FileSystem.info(script)?.kind == .symlink {
                    text += "link \(name) \(try FileSystem.readSymlink(script))\n"
                } else {
                    text += "file \(name) \(mode) \(SHA256.hash(try FileSystem.readBytes(script)).hex)\n"
                }
            }
            return SHA256.hash(text).hex
        } catch {
            throw HooksError(.unreadable, "the project's hooks cannot be read: \(error.message)")
        }
    }

    /// Where scripts belong that hooks run.
    package static let scriptFolder = ".vencejo/hooks"

    private static func files(below folder: FilePath) throws(FileError) -> [FilePath] {
        guard FileSystem.isDirectory(folder) else { return [] }
        var files: [FilePath] = []
        for entry in try FileSystem.list(folder) {
            if entry.kind == .directory {
                files += try self.files(below: folder / entry.name)
            } else {
                files.append(folder / entry.name)
            }
        }
        return files.sorted()
    }

    private func telling<Value>(_ body: () throws(TrustError) -> Value) throws(HooksError) -> Value {
        do throws(TrustError) {
            return try body()
        } catch {
            throw HooksError(.unreadable, error.message)
        }
    }
}
