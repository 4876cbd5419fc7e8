/// An edit that names the text to be replaced by that text itself.
///
/// ```swift
/// try SearchReplace.apply([SearchReplace(old: "let a = 1", new: "let a = 2")], to: text)
/// ```
package struct SearchReplace: Sendable, Hashable {
    package enum Occurrences: Sendable, Hashable {
        /// The old text must stand in exactly one place.
        case one
        case all
    }

    package var old: String
    package var new: String
    package var occurrences: Occurrences

    package init(old: String, new: String, occurrences: Occurrences = .one) {
        self.old = old
        self.new = new
        self.occurrences = occurrences
    }

    /// Applies edits in order, each to the result of the one before; throws without any effect when one cannot be applied.
    ///
    /// An exact match is sought first. Then whole lines are compared without regard to trailing white space, then to
    /// indentation, provided that all lines are shifted alike (the new text is then shifted likewise), and last with
    /// elided lines (`...`) in both texts for what stays. Line endings of the file, its byte order mark and the state of its final line break are kept.
    ///
    /// - Parameter text: The file's text, nil when there is no file. Only then, or when the file is empty, an edit may
    ///   have an empty `old`: its `new` becomes the content.
    package static func apply(_ edits: [SearchReplace], to text: String?) throws(EditError) -> String {
        String(decoding: try apply(edits, toBytes: text.map { Array($0.utf8) }), as: UTF8.self)
    }

    /// The same on a file's bytes, which need not be UTF-8.
    static func apply(_ edits: [SearchReplace], toBytes bytes: [UInt8]?) throws(EditError) -> [UInt8] {
        guard !edits.isEmpty else {
            throw EditError(.noEdits, index: 0, "No edit was given; send at least one pair of old and new text.")
        }
        var current = bytes
        for (index, edit) in edits.enumerated() {
            let position = EditPosition(index: index, count: edits.count)
            guard !edit.old.utf8.elementsEqual(edit.new.utf8) else {
                throw position.error(
                    .identical, "its old and new text are the same", "Send the text as it shall be in the new text.")
            }
            if edit.old.isEmpty {
                guard current?.isEmpty != false else {
                    throw position.error(
                        .emptyOld, "its old text is empty, which creates a file, but the file has content",
                        "Send the text to be replaced; to insert, send a neighbouring line as old text and repeat it in the new one."
                    )
                }
                current = Array(edit.new.utf8)
                continue
            }
            guard let before = current else {
                throw position.error(
                    .missingFile, "the file does not exist",
                    "Check the path, or send an empty old text to create the file.")
            }
            current = try Replacement(edit, in: before, position: position).apply()
        }
        return current ?? []
    }
}

/// Which edit of how many is meant, for messages.
struct EditPosition {
    var index: Int
    var count: Int

    func error(_ code: EditError.Code, lines: [Int] = [], _ reason: String, _ advice: String) -> EditError {
        let name = count == 1 ? "The edit was" : "Edit \(index + 1) of \(count) was"
        let others = count == 1 ? "" : " None of the \(count) edits was applied."
        return EditError(code, index: index, lines: lines, "\(name) not applied: \(reason).\(others) \(advice)")
    }
}
