import Files
import Policy

extension ToolContext {
    /// Where a path that a model wrote leads, or what the model is to be told.
    ///
    /// The path is taken relative to the workspace; it may not leave it, by itself or through a symbolic link, and it must be
    /// allowed by the rules.
    func locate(_ typed: String, for access: PathRules.Access) -> Result<Location, ToolFault> {
        let path = typed == root.string || typed == "." ? FilePath(".") : FilePath(typed)
        let relative = path.isAbsolute ? path.relative(to: root) : path.normalized().string
        guard let relative, relative != "..", !relative.hasPrefix("../") else {
            return .failure(ToolFault("\(typed) is outside the workspace; give a path relative to its top folder"))
        }
        if relative != ".", case .deny(let reason) = paths.decide(relative, for: access) {
            return .failure(ToolFault("\(typed) may not be \(access == .read ? "read" : "written"): \(reason)"))
        }
        do throws(FileError) {
            let real = try FileSystem.realPathInside(root, FilePath(relative))
            let realRoot = try FileSystem.realPath(root)
            if let target = real.relative(to: realRoot), target != ".", target != relative,
                case .deny(let reason) = paths.decide(target, for: access)
            {
                return .failure(ToolFault("\(typed) leads to \(target), which is closed: \(reason)"))
            }
            return .success(Location(relative: relative, path: real))
        } catch {
            return .failure(ToolFault(error.message))
        }
    }

    struct Location {
        var relative: String
        var path: FilePath
    }
}

/// Something that the model can mend.
struct ToolFault: Error, Sendable, Hashable, CustomStringConvertible {
    var text: String

    var description: String { text }

    init(_ text: String) { self.text = text }
}
