package import SourceTags

/// Makes a reader for each thread, and says what its tags are worth keeping under.
package struct TagReaderFactory: Sendable {
    /// Changes when the readers would read other tags in the same files: kept tags of another version are not used.
    package let version: String
    /// Called once on each thread that reads.
    package let make: @Sendable () -> any TagReader
    /// Tells the definitions of files that its readers only scan, many at a time.
    package let ctags: CtagsSource?

    package init(version: String, ctags: CtagsSource? = nil, make: @escaping @Sendable () -> any TagReader) {
        self.version = version
        self.ctags = ctags
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
}
