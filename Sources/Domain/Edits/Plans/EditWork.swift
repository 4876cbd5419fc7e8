/// A tree while a plan is applied to it: what was, what has become of it, and what went wrong.
struct EditWork {
    let look: (String) -> EditTree.Entry
    let list: (String) -> [String]
    private(set) var failures: [EditFailure] = []
    private var before: [String: EditTree.Entry] = [:]
    private var now: [String: EditTree.Content?] = [:]
    private var origins: [String: String] = [:]
    /// What is known of the lines of a file, for the next part that names it.
    private var indexes: [String: LineIndex] = [:]

    /// More would be slow to find and long to read.
    private static let mostShown = 3

    init(look: @escaping (String) -> EditTree.Entry, list: @escaping (String) -> [String]) {
        self.look = look
        self.list = list
    }

    mutating func perform(_ operation: EditOperation, isDiff: Bool) {
        let fail = { (code: EditError.Code, reason: String, advice: String) in
            EditFailure(code, path: operation.path, line: operation.line, reason, advice)
        }
        guard let path = find(operation, isDiff) else { return }
        switch operation.change {
        case .create(let bytes):
            if case .file(let content) = entry(path), !content.bytes.isEmpty {
                failures.append(
                    fail(.exists, "the file exists already", "Change its lines, or delete it first in the same patch."))
                return
            }
            guard isFree(path, operation) else { return }
            put(EditTree.Content(bytes, isExecutable: operation.executable ?? false), at: path)
        case .write(let bytes):
            if case .file(let old) = entry(path) {
                put(EditTree.Content(Self.dressed(bytes, as: old.bytes), isExecutable: old.isExecutable), at: path)
            } else if isFree(path, operation) {
                put(EditTree.Content(bytes), at: path)
            }
        case .update(let hunks):
            guard var content = existing(path, operation) else { return }
            content.bytes = apply(hunks, to: content.bytes, at: path, operation)
            content.isExecutable = operation.executable ?? content.isExecutable
            move(content, from: path, operation)
        case .replace(let edits):
            guard var content = existing(path, operation) else { return }
            do throws(EditError) {
                content.bytes = try SearchReplace.apply(edits, toBytes: content.bytes)
                put(content, at: path)
            } catch {
                failures.append(
                    EditFailure(
                        error.code, path: operation.path, line: operation.line, lines: error.lines, error.message, ""))
            }
        case .delete(let hunks):
            guard let content = existing(path, operation) else { return }
            _ = apply(hunks, to: content.bytes, at: path, operation)
            now[path] = .some(nil)
        }
    }

    // MARK: - Places

    /// The file that is meant; nil, with a failure noted, where there is none or it is closed.
    private mutating func find(_ operation: EditOperation, _ isDiff: Bool) -> String? {
        let typed = operation.path
        let stripped = typed.hasPrefix("a/") || typed.hasPrefix("b/") ? String(typed.dropFirst(2)) : nil
        let wishes = isDiff ? [stripped, typed].compactMap { $0 } : [typed, stripped].compactMap { $0 }
        var paths: [String] = []
        for wish in wishes {
            switch EditPath.read(wish) {
            case .success(let path): paths.append(path)
            case .failure(let refusal):
                failures.append(
                    EditFailure(
                        .badPath, path: typed, line: operation.line, refusal.reason,
                        "Give a path relative to the workspace's top folder."))
                return nil
            }
        }
        switch operation.change {
        case .create: return isDiff ? EditPath.read(typed).value : paths.first
        case .write:
            for path in paths where exists(path) { return path }
            return paths.first
        default: break
        }
        for path in paths where exists(path) { return path }
        for path in paths {
            if let other = inOtherCase(path) { return other }
        }
        return paths.first
    }

    private mutating func exists(_ path: String) -> Bool { entry(path) != .missing }

    private mutating func entry(_ path: String) -> EditTree.Entry {
        if let changed = now[path] { return changed.map { .file($0) } ?? .missing }
        if let known = before[path] { return known }
        let found = look(path)
        before[path] = found
        return found
    }

    /// The one file whose path differs only in case.
    private mutating func inOtherCase(_ path: String) -> String? {
        var found = [""]
        for name in path.split(separator: "/") {
            let wanted = name.lowercased()
            found = found.flatMap { folder in
                list(folder).filter { $0.lowercased() == wanted }.map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
            }
            if found.count > 20 { return nil }
        }
        guard found.count == 1, let only = found.first, case .file = entry(only) else { return nil }
        return only
    }

    private mutating func existing(_ path: String, _ operation: EditOperation) -> EditTree.Content? {
        let (code, reason, advice): (EditError.Code, String, String)
        switch entry(path) {
        case .file(let content): return content
        case .missing: (code, reason, advice) = (.missingFile, "the file does not exist", "Check the path.")
        case .folder: (code, reason, advice) = (.badPath, "it is a folder", "Give the path of a file.")
        case .closed(let why): (code, reason, advice) = (.badPath, why, "Leave it as it is.")
        }
        failures.append(EditFailure(code, path: operation.path, line: operation.line, reason, advice))
        return nil
    }

    /// Whether a new file may be made here.
    private mutating func isFree(_ path: String, _ operation: EditOperation) -> Bool {
        var reason: String?
        switch entry(path) {
        case .missing: break
        case .file(let content): reason = content.bytes.isEmpty ? nil : "there is a file already at \(path)"
        case .folder: reason = "\(path) is a folder"
        case .closed(let why): reason = why
        }
        var parent = path
        while reason == nil, let slash = parent.lastIndex(of: "/") {
            parent = String(parent[..<slash])
            let changed = now[parent].map { $0 != nil } ?? false
            if case .file = before[parent] ?? look(parent) { reason = "\(parent) is a file, not a folder" }
            if changed { reason = "\(parent) is a file, not a folder" }
        }
        if now.contains(where: { $0.value != nil && $0.key.hasPrefix(path + "/") }) { reason = "\(path) is a folder" }
        guard let reason else { return true }
        failures.append(
            EditFailure(
                reason.hasPrefix("there is") ? .exists : .badPath, path: operation.path, line: operation.line, reason,
                "Choose another path."))
        return false
    }

    // MARK: - Changes

    private mutating func put(_ content: EditTree.Content, at path: String) { now[path] = .some(content) }

    private mutating func apply(
        _ hunks: [EditHunk], to bytes: [UInt8], at path: String, _ operation: EditOperation
    ) -> [UInt8] {
        let shown = failures.count
        var left = max(0, Self.mostShown - shown)
        let applier = HunkApplier(bytes, path: operation.path, hunks: hunks, known: indexes[path]) {
            left -= 1
            return left >= 0
        }
        indexes[path] = applier.index
        let result = applier.apply(hunks)
        failures += result.failures
        return result.bytes
    }

    private mutating func move(_ content: EditTree.Content, from path: String, _ operation: EditOperation) {
        guard let typed = operation.newPath else { return put(content, at: path) }
        switch EditPath.read(typed) {
        case .failure(let refusal):
            failures.append(
                EditFailure(
                    .badPath, path: typed, line: operation.line, refusal.reason,
                    "Give a path relative to the workspace's top folder."))
        case .success(let target) where target == path: put(content, at: path)
        case .success(let target):
            if case .file = entry(target) {
                failures.append(
                    EditFailure(
                        .exists, path: typed, line: operation.line, "there is a file already at \(target)",
                        "Choose another path, or delete it first in the same patch."))
                return
            }
            guard isFree(target, operation) else { return }
            now[path] = .some(nil)
            origins[target] = origins.removeValue(forKey: path) ?? path
            put(content, at: target)
        }
    }

    /// The content with the line endings, the byte order mark and the final line break of the old one.
    private static func dressed(_ bytes: [UInt8], as old: [UInt8]) -> [UInt8] {
        var result = bytes
        if LineEnding(of: old[...]) == .crlf, !bytes.contains(13) { result = LineEnding.crlf.convert(bytes) }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if old.starts(with: mark), !result.starts(with: mark) { result = mark + result }
        if let last = old.last, last != 10, result.last == 10 {
            result.removeLast()
            if result.last == 13 { result.removeLast() }
        }
        return result
    }

    // MARK: - Result

    /// What differs from the files as they were.
    mutating func edits() -> [FileEdit] {
        var result: [FileEdit] = []
        var gone: Set<String> = []
        for (path, after) in now.sorted(by: { $0.key < $1.key }) {
            guard let after, let origin = origins[path], now[origin] == .some(nil),
                case .file(let old) = before[origin],
                before[path] == .missing || before[path] == nil
            else { continue }
            gone.insert(origin)
            result.append(FileEdit(kind: .rename(from: origin), path: path, before: old, after: after))
        }
        let renamed = Set(result.map(\.path))
        for (path, after) in now where !renamed.contains(path) && !gone.contains(path) {
            let old: EditTree.Content? = if case .file(let content) = before[path] { content } else { nil }
            guard old != after else { continue }
            let kind: FileEdit.Kind = old == nil ? .create : after == nil ? .delete : .modify
            result.append(FileEdit(kind: kind, path: path, before: old, after: after))
        }
        return result.sorted { $0.path < $1.path }
    }
}

extension Result {
    fileprivate var value: Success? {
        if case .success(let value) = self { value } else { nil }
    }
}
