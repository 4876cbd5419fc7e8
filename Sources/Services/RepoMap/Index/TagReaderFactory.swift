package import Files
package import SourceTags

/// Makes a reader for each thread, and says what its tags are worth keeping under.
package struct TagReaderFactory: Sendable {
    /// Changes when the readers would read other tags in the same files: kept tags of another version are not used.
    package let version: String
    /// Called once on each thread that reads.
    package let make: @Sendable () -> any TagReader
    /// Tells the definitions of files that its readers only scan, many at a time.
    package let ctags: CtagsSource?
    /// What parses files in processes of their own; without it the readers do all by themselves.
    package let worker: Worker?

    package init(
        version: String, ctags: CtagsSource? = nil, worker: Worker? = nil, make: @escaping @Sendable () -> any TagReader
    ) {
        self.version = version
        self.ctags = ctags
        self.worker = worker
        self.make = make
    }

    /// universal-ctags, and which files it is asked about.
    package struct CtagsSource: Sendable {
        package let environment: [String: String]
        package let isWanted: @Sendable (_ path: String, _ source: [UInt8]) -> Bool

        package init(
            environment: [String: String], isWanted: @escaping @Sendable (_ path: String, _ source: [UInt8]) -> Bool
        ) {
            self.environment = environment
            self.isWanted = isWanted
        }
    }

    /// The program that answers to ``TagWorker/verb``, and which files it is given.
    package struct Worker: Sendable {
        package let program: FilePath
        package let arguments: [String]
        package let environment: [String: String]
        package let isWanted: @Sendable (_ path: String, _ source: [UInt8]) -> Bool

        package init(
            program: FilePath, arguments: [String], environment: [String: String],
            isWanted: @escaping @Sendable (_ path: String, _ source: [UInt8]) -> Bool
        ) {
            self.program = program
            self.arguments = arguments
            self.environment = environment
            self.isWanted = isWanted
        }

        /// Tells one build of the program from another: what has killed one may not kill the next.
        var identity: String {
            guard let stamp = FileStamp(of: program) else { return program.string }
            return "\(program) \(stamp.size) \(stamp.modified)"
        }
    }
}
