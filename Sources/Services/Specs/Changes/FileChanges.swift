import Crypto
package import Edits
package import Files
import JSON

/// Files of a project that are created and changed together: all of them or none, also over a crash.
///
/// New contents are first written aside, into `specs/.pending`, with a list of where they belong. Once the list is there, they
/// are moved into place; a process that is killed meanwhile leaves the list, and whoever comes next finishes the work. Nothing is
/// written over a file that is not as it was when the change was decided upon.
package struct FileChanges: Sendable, Hashable {
    package static let folder = "specs/.pending"
    private static let list = "list.json"

    package let root: FilePath
    /// By path; each once.
    package private(set) var edits: [FileEdit] = []

    package init(root: FilePath) { self.root = root }

    package var isEmpty: Bool { edits.isEmpty }

    /// Adds what a file shall hold; nothing is added where it holds that already.
    ///
    /// - Parameter before: what was read when the change was decided upon; nil where there was no file.
    package mutating func put(_ bytes: [UInt8], at path: String, insteadOf before: [UInt8]?) {
        edits.removeAll { $0.path == path }
        guard bytes != before else { return }
        edits.append(
            FileEdit(
                kind: before == nil ? .create : .modify, path: path, before: before.map { EditTree.Content($0) },
                after: EditTree.Content(bytes)))
        edits.sort { $0.path < $1.path }
    }

    /// Makes the changes; where one cannot be made, none is.
    package func perform() throws(SpecsError) {
        try Self.recover(in: root)
        guard !edits.isEmpty else { return }
        var moves: [PendingMove] = []
        for (index, edit) in edits.enumerated() {
            let now = try Self.content(edit.path, root)
            guard now == edit.before?.bytes else { throw Self.changed(edit.path) }
            moves.append(
                PendingMove(
                    path: edit.path, part: "\(index + 1)", before: now.map { SHA256.hash($0).hex },
                    after: SHA256.hash(edit.after?.bytes ?? []).hex))
        }
        do throws(FileError) {
            let aside = try Self.aside(root)
            try FileSystem.createDirectory(aside)
            for (index, edit) in edits.enumerated() {
                try FileSystem.write(edit.after?.bytes ?? [], to: aside / "\(index + 1)", durability: .durable)
            }
            try FileSystem.write(PendingMove.text(moves), to: aside / Self.list, durability: .durable)
        } catch {
            // What was put aside is worth nothing without its list.
            try? FileSystem.removeTree(root / Self.folder)
            throw SpecsError(.unreadable, "Nothing was changed: \(error.message)")
        }
        do throws(SpecsError) {
            try Self.finish(moves, root)
        } catch {
            takeBack()
            throw error
        }
    }

    /// Finishes what a killed process had begun; true where there was something.
    @discardableResult
    package static func recover(in root: FilePath) throws(SpecsError) -> Bool {
        do throws(FileError) {
            let aside = try Self.aside(root)
            guard FileSystem.exists(aside) else { return false }
            guard FileSystem.exists(aside / list) else {
                // Without its list nothing had been changed yet.
                try FileSystem.removeTree(aside)
                return false
            }
            let text = try FileSystem.readText(aside / list, limit: 64 << 20)
            guard let moves = PendingMove.read(text) else {
                throw FileError(
                    .notText, aside,
                    "\(folder)/\(list) is no list of changes: look what is in \(folder), and remove it.")
            }
            do throws(SpecsError) {
                try finish(moves, root)
            } catch {
                throw FileError(.alreadyExists, aside, error.message)
            }
            return true
        } catch {
            throw SpecsError(.changed, error.message)
        }
    }

    /// Moves what is aside into place, passing over what is there already.
    private static func finish(_ moves: [PendingMove], _ root: FilePath) throws(SpecsError) {
        for move in moves {
            let now = try content(move.path, root).map { SHA256.hash($0).hex }
            guard now != move.after else { continue }
            guard now == move.before else {
                throw SpecsError(
                    .changed,
                    "\(move.path) was changed while a change of it was under way: take what you want of \(folder)/\(move.part), then remove \(folder)."
                )
            }
            do throws(FileError) {
                let target = try place(move.path, root)
                let part = try part(move, root)
                try FileSystem.createDirectory(target.parent)
                // What the list says of a part is no permission to run it.
                try FileSystem.setMode((try FileSystem.info(target)?.mode).map { $0 & 0o7777 } ?? 0o644, of: part)
                try FileSystem.move(part, to: target)
            } catch {
                throw SpecsError(.unreadable, "\(move.path) was not changed: \(error.message)")
            }
        }
        // Everything is in place: a rest of the list does no harm, as the next to come removes it.
        try? FileSystem.removeTree(root / folder)
    }

    /// Puts back what stood before, where it is still what this change made of it.
    private func takeBack() {
        for edit in edits {
            // What cannot be looked at was not changed either.
            guard let now = try? Self.content(edit.path, root), now == edit.after?.bytes,
                let target = try? Self.place(edit.path, root)
            else { continue }
            if let before = edit.before {
                // Should this fail, the list stays and says what was meant.
                try? FileSystem.write(before.bytes, to: target)
            } else {
                // As above; a folder that is not empty stays.
                try? FileSystem.remove(target)
                try? FileSystem.remove(target.parent)
            }
        }
        let isBack = edits.allSatisfy { edit in
            // A file that cannot be read is not back.
            (try? Self.content(edit.path, root)).map { $0 == edit.before?.bytes } ?? false
        }
        // Only a whole change back is an end.
        if isBack { try? FileSystem.removeTree(root / Self.folder) }
    }

    /// Nil where there is no file.
    package static func content(_ path: String, _ root: FilePath) throws(SpecsError) -> [UInt8]? {
        do throws(FileError) {
            let place = try place(path, root)
            guard try FileSystem.info(place) != nil else { return nil }
            return try FileSystem.readBytes(place, limit: 64 << 20)
        } catch {
            guard error.code != .notFound else { return nil }
            throw SpecsError(.unreadable, error.message)
        }
    }

    /// The place of a file, which is inside the project and none of git's own.
    private static func place(_ path: String, _ root: FilePath) throws(FileError) -> FilePath {
        let place = try FileSystem.realPathInside(root, FilePath(path))
        let inner = place.relative(to: try FileSystem.realPath(root)) ?? path
        guard !inner.split(separator: "/").contains(where: { $0.lowercased() == ".git" }) else {
            throw FileError(.invalidPath, place, "\(path) is git's own, and nothing is written there.")
        }
        return place
    }

    /// What was put aside for a move.
    ///
    /// A list may have come with the repository, so that it is believed in nothing.
    private static func part(_ move: PendingMove, _ root: FilePath) throws(FileError) -> FilePath {
        let part = try aside(root) / move.part
        guard !move.part.isEmpty, move.part.utf8.allSatisfy({ (48...57).contains($0) }),
            try FileSystem.info(part)?.kind == .regular,
            SHA256.hash(try FileSystem.readBytes(part, limit: 64 << 20)).hex == move.after
        else {
            throw FileError(
                .notText, part,
                "\(folder)/\(move.part.prefix(40)) is not what \(folder)/\(list) says: remove \(folder).")
        }
        return part
    }

    private static func aside(_ root: FilePath) throws(FileError) -> FilePath {
        try FileSystem.realPathInside(root, FilePath(folder))
    }

    private static func changed(_ path: String) -> SpecsError {
        SpecsError(.changed, "Nothing was changed: \(path) was changed by someone else meanwhile; try again.")
    }
}

/// One file on its way from aside to its place, by the hashes of what stands there before and after.
private struct PendingMove {
    var path: String
    var part: String
    var before: String?
    var after: String

    static func text(_ moves: [PendingMove]) -> String {
        let list = moves.map { move -> JSONValue in
            [
                "path": .string(move.path), "part": .string(move.part),
                "before": move.before.map { .string($0) } ?? .null, "after": .string(move.after),
            ]
        }
        return JSONValue.object(["version": 1, "moves": .array(list)]).text(.pretty) + "\n"
    }

    static func read(_ text: String) -> [PendingMove]? {
        // What is no JSON is no list.
        guard let value = try? JSONValue(parsing: text), value["version"]?.intValue == 1 else { return nil }
        return value["moves"]?.arrayValue?.compactMap { move in
            guard let path = move["path"]?.stringValue, let part = move["part"]?.stringValue,
                let after = move["after"]?.stringValue
            else { return nil }
            return PendingMove(path: path, part: part, before: move["before"]?.stringValue, after: after)
        }
    }
}
