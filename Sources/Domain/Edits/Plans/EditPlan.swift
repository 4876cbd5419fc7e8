/// What a model asks to be done to files, read from one of the formats and not yet compared with any file.
package struct EditPlan: Sendable, Hashable {
    package var format: EditFormat
    /// In the order of the input, which is the order they are done in.
    package var operations: [EditOperation]
    /// What could not be read; a plan with problems is never applied.
    package var problems: [EditFailure]

    package init(format: EditFormat, operations: [EditOperation], problems: [EditFailure] = []) {
        self.format = format
        self.operations = operations
        self.problems = problems
    }

    /// The plan of an edit tool's call.
    package init(path: String, edits: [SearchReplace]) {
        self.init(format: .editTool, operations: [EditOperation(path: path, change: .replace(edits), line: 1)])
    }

    /// Reads a text in the given format, or in the one that it looks like; what is wrong with it stands in `problems`.
    package static func parse(_ text: String, as format: EditFormat? = nil) -> EditPlan {
        let input = PatchText(text)
        switch format ?? FormatDetector.format(of: input) {
        case .searchReplace: return SearchReplaceParser.parse(input)
        case .unifiedDiff: return UnifiedDiffParser.parse(input)
        case .wholeFile: return WholeFileParser.parse(input)
        case .patchEnvelope: return PatchEnvelopeParser.parse(input)
        case .editTool, nil:
            let failure = EditFailure(
                .unreadable, path: "", line: 1, "the text is in none of the formats",
                "Send a patch from *** Begin Patch to *** End Patch, a unified diff, or SEARCH/REPLACE blocks.")
            return EditPlan(format: .patchEnvelope, operations: [], problems: [failure])
        }
    }
}

/// What is to be done to one file.
package struct EditOperation: Sendable, Hashable {
    package enum Change: Sendable, Hashable {
        /// A new file; there must be none.
        case create([UInt8])
        /// The whole content, of a new file or in place of the old one.
        case write([UInt8])
        case update([EditHunk])
        case replace([SearchReplace])
        /// The file goes; hunks that came with it must fit what it holds.
        case delete([EditHunk])
    }

    /// As the model wrote it.
    package var path: String
    /// Where the file moves to, as the model wrote it.
    package var newPath: String?
    package var change: Change
    /// Whether the file shall be executable; nil leaves it as it is.
    package var executable: Bool?
    /// Where it begins in the input, counted from 1.
    package var line: Int

    package init(path: String, newPath: String? = nil, change: Change, executable: Bool? = nil, line: Int) {
        self.path = path
        self.newPath = newPath
        self.change = change
        self.executable = executable
        self.line = line
    }
}
