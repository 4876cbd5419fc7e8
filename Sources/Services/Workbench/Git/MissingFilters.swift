import Files

/// Filters that a configuration names and whose programs are not installed, as of Git LFS on a machine without it.
///
/// git would refuse to check such files out, or fail to add them. Without the filter they stay as they are committed: of a
/// large file the pointer, byte for byte.
enum MissingFilters {
    /// Configuration that switches them off.
    static func settings(_ git: GitCommand) async throws -> [String] {
        let output = try await git.run(
            ["config", "--null", "--get-regexp", "^filter\\..*\\.(process|clean|smudge)$"], accepting: [0, 1])
        var missing: Set<String> = []
        for field in output.fields {
            let pair = field.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2, let end = pair[0].lastIndex(of: "."), isMissing(pair[1], git.program) else {
                continue
            }
            missing.insert(String(pair[0][..<end]))
        }
        return missing.sorted().flatMap { ["\($0).process=", "\($0).clean=", "\($0).smudge=", "\($0).required=false"] }
    }

    /// Only a plain word is looked for: what a shell would have to read first is left to git.
    private static func isMissing(_ command: String, _ program: GitProgram) -> Bool {
        guard let word = command.split(separator: " ").first.map(String.init),
            word.allSatisfy({ $0.isLetter || $0.isNumber || "/._-+".contains($0) })
        else { return false }
        return FileSystem.which(word, searchPath: program.environment["PATH"] ?? "") == nil
    }
}
