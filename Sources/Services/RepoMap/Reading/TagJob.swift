/// A file that a child is to parse: the name that tells the language, and the content, which the child is handed so
/// that it opens no file of the tree.
struct TagJob: Sendable, Hashable {
    var path: String
    var source: [UInt8]

    /// The bytes of several jobs as a child reads them.
    static func input(_ jobs: some Sequence<TagJob>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(jobs.reduce(0) { $0 + $1.source.count + $1.path.utf8.count + 8 })
        for job in jobs {
            bytes += TagFrame.word(job.path.utf8.count)
            bytes += job.path.utf8
            bytes += TagFrame.word(job.source.count)
            bytes += job.source
        }
        return bytes
    }
}
