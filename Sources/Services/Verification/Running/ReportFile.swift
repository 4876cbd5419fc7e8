import Files

/// Reads what a program left as its report, and trusts nothing about the file.
enum ReportFile {
    static let limit = 48 << 20

    /// Why there is no report; a sentence's middle: `left no report`.
    struct Fault: Error, Hashable { var reason: String }

    /// The bytes of a regular file that really lies in the scratch folder.
    static func read(_ name: String, in scratch: FilePath) throws(Fault) -> [UInt8] {
        let path = scratch / name
        do {
            guard let info = try FileSystem.info(path) else { throw Fault(reason: "left no report") }
            guard info.kind == .regular else { throw Fault(reason: "left something else than a file as its report") }
            let real = try FileSystem.realPath(path)
            guard real.isInside(try FileSystem.realPath(scratch)) else {
                throw Fault(reason: "left a report that leads outside of its folder")
            }
            guard info.size <= limit else { throw Fault(reason: "left a report of more than \(limit >> 20) MiB") }
            guard info.size > 0 else { throw Fault(reason: "left an empty report") }
            return try FileSystem.readBytes(path, limit: limit)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(reason: "left a report that cannot be read")
        }
    }
}
