import Edits
import Files
import Policy

extension EditTree {
    static let largestFile = 8 << 20

    /// What a tool does with a path that is a symbolic link.
    enum Links { case refused, followed }

    /// The files of a workspace as one agent may see and change them.
    init(_ context: ToolContext, links: Links) {
        self.init(
            look: { Self.look($0, in: context, links) },
            list: { folder in
                // A folder that cannot be listed holds no path in another case.
                (try? FileSystem.list(folder.isEmpty ? context.root : context.root / folder).map(\.name)) ?? []
            })
    }

    private static func look(_ path: String, in context: ToolContext, _ links: Links) -> Entry {
        switch context.locate(path, for: .write) {
        case .failure(let fault): return .closed(fault.text)
        case .success(let location):
            if case .deny(let reason) = context.paths.decide(path, for: .read) { return .closed(reason) }
            do throws(FileError) {
                guard var info = try FileSystem.info(context.root / path) else { return .missing }
                if info.kind == .symlink {
                    guard links == .followed else {
                        return .closed("it is a symbolic link; change the file that it leads to")
                    }
                    guard let target = try FileSystem.info(location.path) else { return .missing }
                    info = target
                }
                switch info.kind {
                case .directory: return .folder
                case .regular: break
                default: return .closed("it is no regular file")
                }
                let bytes = try FileSystem.readBytes(location.path, limit: largestFile)
                return .file(Content(bytes, isExecutable: info.mode & 0o100 != 0))
            } catch {
                return .closed(error.message)
            }
        }
    }
}
