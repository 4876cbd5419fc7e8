import Files
import Testing

@testable import Workbench

@Suite("Credentials in git's own files")
struct CredentialsTests {
    @Test(
        "are told from plain addresses",
        arguments: [
            ("url = https://user:tok@example.com/a.git", true), ("url = https://ghp_abc@example.com/a.git", true),
            ("extraheader = authorization: basic xyz", true), ("url = https://example.com/a.git", false),
            ("url = ssh://git@example.com/a.git", false), ("url = git@example.com:a.git", false),
        ])
    func lines(line: String, isSecret: Bool) {
        #expect(Repository.holdsCredential(line) == isSecret)
    }

    @Test("keep the configuration from commands")
    func masked() async throws {
        try await TestRepository.with { test in
            let before = try await test.open().filesWithCredentials()
            #expect(before.isEmpty)
            try await test.git("remote", "add", "origin", "https://user:secret@example.com/a.git")
            let repository = try await test.open()
            #expect(repository.filesWithCredentials() == [repository.commonDirectory / "config"])
        }
    }
}
