package import JSON
package import SourceTags

/// A map of a tree: its most important files, and in each its most important definitions.
package struct RepoMapResult: Sendable, Hashable {
    /// What a map cost.
    package struct Statistics: Sendable, Hashable {
        /// Source files in the map's graph.
        package var files = 0
        /// Of these, read by a reader now.
        package var parsed = 0
        /// Of these, taken from what earlier maps have read.
        package var fromCache = 0
        package var definitions = 0
        /// Files whose parse ends the process that does it: of these only words are known, or what ctags tells.
        package var deadly: [String] = []
        /// Files of which, this time, no more is known, as nothing could parse them.
        package var unparsed = 0
        package var milliseconds = 0
    }

    /// Those with something to show, the most important first.
    package var files: [MappedFile]
    /// Terms of the focus that mean nothing in this tree, each with what is nearest to it.
    package var unmatchedFocus: [UnmatchedFocus]
    /// What the budget has to be at least for one definition to be shown; 0 where there are none.
    package var smallestBudget: Int
    package var statistics: Statistics

    /// What a model or a newcomer reads: a heading for each file, and its definitions below as they are nested.
    ///
    /// The same tree, options and readers give the same bytes.
    package var text: String { files.map(\.text).joined(separator: "\n") }

    package var estimatedTokens: Int { TokenEstimate.tokens(text) }

    package var json: JSONValue {
        [
            "files": .array(files.map(\.json)), "tokens": .integer(Int64(estimatedTokens)),
            "statistics": [
                "files": .integer(Int64(statistics.files)), "parsed": .integer(Int64(statistics.parsed)),
                "fromCache": .integer(Int64(statistics.fromCache)),
                "definitions": .integer(Int64(statistics.definitions)),
                "deadly": .array(statistics.deadly.map { .string($0) }),
                "unparsed": .integer(Int64(statistics.unparsed)),
                "milliseconds": .integer(Int64(statistics.milliseconds)),
            ],
        ]
    }
}

/// A term of the focus that was not found.
package struct UnmatchedFocus: Sendable, Hashable {
    package var term: String
    /// Files and names that are written alike, the nearest first.
    package var nearest: [String]
}

/// A file of a map.
package struct MappedFile: Sendable, Hashable {
    /// Below the root, with `/`.
    package var path: String
    /// Its share of the importance of all files, which sum up to 1.
    package var rank: Double
    /// The shown ones, by line.
    package var definitions: [MappedDefinition]
    /// What is shown below the heading.
    package var lines: [String]

    package var heading: String { Self.heading(path) }
    /// The heading and the lines, each with its newline.
    package var text: String { ([heading] + lines).joined(separator: "\n") + "\n" }

    static func heading(_ path: String) -> String { path.onOneLine + ":" }

    var json: JSONValue {
        [
            "path": .string(path), "rank": .number(rank),
            "definitions": .array(
                definitions.map { definition in
                    [
                        "name": .string(definition.name), "kind": .string(definition.kind.rawValue),
                        "line": .integer(Int64(definition.line)), "lastLine": .integer(Int64(definition.lastLine)),
                        "depth": .integer(Int64(definition.depth)), "signature": .string(definition.signature),
                    ]
                }),
        ]
    }
}

/// A definition in a map.
package struct MappedDefinition: Sendable, Hashable {
    package var name: String
    package var kind: Tag.Kind
    /// From 1.
    package var line: Int
    package var lastLine: Int
    /// How many definitions enclose it.
    package var depth: Int
    package var signature: String
}
