import Files

/// A program, where it is looked for, and what to say where it is not.
struct Program: Sendable {
    var name: String
    /// What to install, as a sentence's end: `` `pip install ruff`, or add it to the project's dev dependencies ``.
    var install: String
    /// What follows the program's words to have it tell its version; nothing is run where it is nil.
    var version: [String]
    /// Ways to start it, the project's own first.
    var candidates: @Sendable (ProjectPart, String) -> [[String]]

    /// One sentence for a user or a model.
    var missing: String { "\(name) is not installed: \(install)" }
}

extension Program {
    /// A program of Python: the project's virtual environment first, then the search path, then the module of any Python.
    ///
    /// - Parameter isRunAsModule: started as `python -m`, which puts the project's top on the import path.
    static func python(_ name: String, module: String? = nil, isRunAsModule: Bool = false) -> Program {
        let module = module ?? name
        return Program(
            name: name, install: "`pip install \(name)`, or add it to the project's dev dependencies",
            version: ["--version"]
        ) { part, searchPath in
            let local = part.existing([".venv/bin", "venv/bin"])
            let interpreters = local.map { "\($0)/python" } + which(["python3", "python"], searchPath)
            let modules = interpreters.map { [$0, "-m", module] }
            let programs =
                (local.map { "\($0)/\(name)" }.filter { FileSystem.isExecutable(FilePath($0)) }
                + which([name], searchPath)).map { [$0] }
            return isRunAsModule ? modules : programs + modules
        }
    }

    static let interpreter = Program(
        name: "python3", install: "install Python 3, or make a virtual environment in `.venv`", version: ["--version"]
    ) { part, searchPath in
        (part.existing([".venv/bin", "venv/bin"]).map { "\($0)/python" } + which(["python3", "python"], searchPath)).map
        {
            [$0]
        }
    }

    /// A program of a Node.js project, from `node_modules/.bin` only: what is fetched on the fly was never reviewed.
    static func node(_ name: String) -> Program {
        Program(
            name: name, install: "`npm install --save-dev \(name)`, then `npm install` in this working tree",
            version: ["--version"]
        ) { part, searchPath in
            (part.existing(["node_modules/.bin"]).map { "\($0)/\(name)" }.filter {
                FileSystem.isExecutable(FilePath($0))
            } + which([name], searchPath)).map { [$0] }
        }
    }

    /// A program on the search path.
    static func onPath(_ name: String, words: [String]? = nil, version: [String], install: String) -> Program {
        Program(name: words?.joined(separator: " ") ?? name, install: install, version: version) { _, searchPath in
            which([name], searchPath).map { [$0] + (words ?? [name]).dropFirst() }
        }
    }

    private static func which(_ names: [String], _ searchPath: String) -> [String] {
        names.compactMap { FileSystem.which($0, searchPath: searchPath)?.string }
    }
}
