import Crypto
package import Files
import JSON
import Timekeeping

/// Keeps results with their receipts and logs in Vencejo's state, one file for each key, as open JSON.
///
/// Commands never see this folder, so they cannot write their own evidence.
package struct VerificationStore: Sendable {
    /// The folder of one project's receipts.
    package let folder: FilePath

    /// - Parameters:
    ///   - home: Vencejo's state.
    ///   - project: The top of the project's repository.
    package init(home: FilePath, project: FilePath) {
        folder = home / "verifications" / String(SHA256.hash(project.string).hex.prefix(16))
    }

    func log(_ id: String) -> String { "logs/\(id).log" }

    package func path(of receipt: VerificationReceipt) -> FilePath { folder / receipt.log }

    /// The result of this key; nil where there is none that can be read, which then is made anew.
    func result(of key: String) -> VerificationResult? {
        // As said: a broken record is no evidence.
        guard let text = try? FileSystem.readText(file(key), limit: 64 << 20),
            let value = try? JSONValue(parsing: text),
            let result = try? JSONCoding.decode(VerificationResult.self, from: value), result.receipt?.key == key
        else { return nil }
        return result
    }

    func save(_ result: VerificationResult) throws {
        guard let key = result.receipt?.key else { return }
        try FileSystem.createDirectory(folder)
        try FileSystem.write(try JSONCoding.encode(result).text() + "\n", to: file(key), durability: .durable)
    }

    /// Every stored result, or the name of a file that holds none, the oldest first.
    package func all() throws -> [(name: String, result: VerificationResult?)] {
        guard FileSystem.exists(folder) else { return [] }
        let keys = try FileSystem.list(folder).map(\.name).filter { $0.hasSuffix(".json") }.map {
            String($0.dropLast(5))
        }
        return keys.sorted().map { ($0, result(of: $0)) }.sorted {
            ($0.1?.receipt?.startedAt.milliseconds ?? 0) < ($1.1?.receipt?.startedAt.milliseconds ?? 0)
        }.map { (name: $0.0, result: $0.1) }
    }

    var scratch: FilePath { folder / "scratch" }

    // MARK: - Which runs count on which results

    /// Writes down that a run was told the result of this key, before it is told.
    func use(_ key: String, by run: String) throws {
        let used = folder / "runs" / run
        guard !FileSystem.exists(used / key) else { return }
        try FileSystem.createDirectory(used)
        try FileSystem.write("", to: used / key, durability: .durable)
    }

    func isUsedByRun(_ key: String) -> Bool {
        // Where no run has asked there is no folder.
        let runs = (try? FileSystem.list(folder / "runs")) ?? []
        return runs.contains { FileSystem.exists(folder / "runs" / $0.name / key) }
    }

    // MARK: - Clearing away

    func remove(_ key: String) throws { try FileSystem.remove(file(key)) }

    func logs() throws -> [(id: String, path: String, bytes: Int)] {
        let place = folder / "logs"
        guard FileSystem.isDirectory(place) else { return [] }
        return try FileSystem.list(place).filter { $0.kind == .regular && $0.name.hasSuffix(".log") }.map { entry in
            // What cannot be looked at counts for nothing.
            let bytes = (try? FileSystem.info(place / entry.name))?.size ?? 0
            return (String(entry.name.dropLast(4)), "logs/\(entry.name)", Int(bytes))
        }
    }

    private func file(_ key: String) -> FilePath { folder / "\(key).json" }
}
