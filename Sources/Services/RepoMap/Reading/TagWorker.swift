import Files
import SourceTags

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The program that parses sources in a process of its own, so that a source which breaks the parser breaks nothing else.
///
/// It is called as `PROGRAM read-tags FOLDER…` with the folders of grammars, reads ``TagJob``s from its standard input
/// and writes a ``TagFrame`` for each as soon as it is read. It opens nothing but grammars. A file that takes too long
/// or too much memory ends the process; who started it sees which one by the frames.
package enum TagWorker {
    /// The hidden word on the command line that the program answers to.
    package static let verb = "read-tags"
    /// Goes up when other tags are read of the same source.
    static let version = 1

    /// Seconds that a file may take of the processor, and on the clock.
    private static let (processorTime, wallTime) = (5, 60)
    /// In bytes; a source of a mebibyte parses in a tenth of it.
    private static let memory: UInt = 1 << 30

    /// The exit status for the process.
    package static func run(_ arguments: [String]) -> Int32 {
        confine()
        let reader = TreeSitterReader(
            library: GrammarLibrary(folders: arguments.map { FilePath($0) }), limits: .isolated)
        guard write(TagFrame.greeting) else { return 1 }
        var index = 0
        while let path = text(), let source = bytes() {
            startTimers()
            var frame = TagFrame(index: index, answer: .unparsed, archive: [])
            // A grammar that cannot be used is as good as none; `vencejo doctor` tells of it.
            if let tags = try? reader.tags(in: source, path: path) {
                frame.answer = .tags
                frame.archive = TagArchive(tags).bytes
            }
            guard write(frame.bytes) else { return 1 }
            index += 1
        }
        return 0
    }

    private static func confine() {
        // One byte is too little for a file, and means none to a program that takes dumps from the system.
        limit(RLIMIT_CORE, 1)
        #if canImport(Glibc)
            limit(RLIMIT_AS, memory)
        #endif
    }

    #if canImport(Glibc)
        private static func limit(_ resource: __rlimit_resource, _ value: UInt) {
            var limit = rlimit(rlim_cur: value, rlim_max: value)
            // Where the system knows no such limit the process runs without.
            _ = setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
        }
    #else
        private static func limit(_ resource: Int32, _ value: UInt) {
            var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
            _ = setrlimit(resource, &limit)
        }
    #endif

    /// Both end the process by a signal that nothing here handles.
    private static func startTimers() {
        alarm(UInt32(wallTime))
        var timer = itimerval()
        timer.it_value.tv_sec = processorTime
        #if canImport(Glibc)
            _ = setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
        #else
            _ = setitimer(ITIMER_PROF, &timer, nil)
        #endif
    }

    /// The parser asks for many small pieces of memory, and the process ends soon: to hand memory back would cost more
    /// than it saves.
    ///
    /// And a death of the parser is no fault to be told of.
    static let variables = [
        "MALLOC_TRIM_THRESHOLD_": "268435456", "MALLOC_TOP_PAD_": "16777216", "MALLOC_MMAP_THRESHOLD_": "67108864",
        "SWIFT_BACKTRACE": "enable=no",
    ]

    // MARK: - Input and output

    private static func text() -> String? { bytes().map { String(decoding: $0, as: UTF8.self) } }

    /// Bytes behind their number; nil at the end of the input.
    private static func bytes() -> [UInt8]? {
        guard let head = exactly(4) else { return nil }
        return exactly(TagFrame.number(head[...]))
    }

    private static func exactly(_ count: Int) -> [UInt8]? {
        var isWhole = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = read(STDIN_FILENO, buffer.baseAddress?.advanced(by: filled), count - filled)
                if got > 0 {
                    filled += got
                } else if got == 0 || errno != EINTR {
                    isWhole = false
                    return
                }
            }
        }
        return isWhole ? bytes : nil
    }

    private static func write(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                    Glibc.write(STDOUT_FILENO, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                #else
                    Darwin.write(STDOUT_FILENO, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                #endif
            }
            if count > 0 { done += count } else if errno != EINTR { return false }
        }
        return true
    }
}
