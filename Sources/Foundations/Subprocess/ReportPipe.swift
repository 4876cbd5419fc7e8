import CPlatform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A pipe by which a child reports something short beside its output; see ``Command/report``.
package final class ReportPipe: Sendable {
    /// For ``Command/report``.
    package let writer: Int32
    private let reader: Int32

    /// Throws `tooManyOpenFiles` where there are no more descriptors.
    package init() throws(SubprocessError) {
        var ends: [Int32] = [-1, -1]
        guard vj_pipe_cloexec(&ends) == 0 else {
            throw SubprocessError(
                .tooManyOpenFiles, "Cannot make a pipe: too many files are open; raise the limit with ulimit -n.")
        }
        (reader, writer) = (ends[0], ends[1])
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// What was reported so far, up to 4096 bytes; it does not wait.
    package func read() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        #if canImport(Glibc)
            let count = bytes.withUnsafeMutableBytes { Glibc.read(reader, $0.baseAddress, $0.count) }
        #else
            let count = bytes.withUnsafeMutableBytes { Darwin.read(reader, $0.baseAddress, $0.count) }
        #endif
        return Array(bytes.prefix(max(0, count)))
    }
}
