import Files
import Subprocess
import Testing

@testable import Workbench

@Suite struct GitConfigCleanerTests {
    @Test func `Credentials go and all else stays`() {
        let text = """
            [core]
            \trepositoryformatversion = 0
            \thooksPath = hooks # a comment
            [remote "origin"]
            \turl = https://user:secret@example.com/a.git
            \tpushurl = https://ghp_secret@example.com:8443/a.git
            \tfetch = +refs/heads/*:refs/remotes/origin/*
            [remote "ssh"]
            \turl = ssh://git@example.com/a.git
            \turl = git@example.com:a.git
            [remote "odd"]
            \turl = ssh://git:secret@example.com/a.git
            [http "https://example.com/"]
            \textraheader = AUTHORIZATION: basic secret
            \tsslVerify = true
            [http] extraHeader = "X-Key: secret"
            [credential]
            \thelper = store --file=/secret
            \tusername = me
            [credential "https://example.com"]
            \thelper = !echo password=secret
            [url "https://me:secret@example.com/"]
            \tinsteadOf = https://example.com/
            [user]
            \tname = A
            \temail = a@example.com
            [x]
            \tlong = one \\
            token=secret
            \tapiToken = secret
            [branch "main"]
            \tremote = origin
            """
        #expect(
            GitConfigCleaner.cleaned(text) == """
                [core]
                \trepositoryformatversion = 0
                \thooksPath = hooks # a comment
                [remote "origin"]
                \turl = https://example.com/a.git
                \tpushurl = https://example.com:8443/a.git
                \tfetch = +refs/heads/*:refs/remotes/origin/*
                [remote "ssh"]
                \turl = ssh://git@example.com/a.git
                \turl = git@example.com:a.git
                [remote "odd"]
                \turl = ssh://example.com/a.git
                [http "https://example.com/"]
                \tsslVerify = true
                [http]
                [url "https://example.com/"]
                \tinsteadOf = https://example.com/
                [user]
                \tname = A
                \temail = a@example.com
                [x]
                [branch "main"]
                \tremote = origin

                """)
    }

    @Test(arguments: ["", "[", "[a", "=\n", "[a \"b\\\"]c\"]\nx=y\n", "url = https://a:b@\n", "a\\\nb"])
    func `Odd files do not trap, and cleaning twice changes nothing`(text: String) {
        let once = GitConfigCleaner.cleaned(text)
        #expect(GitConfigCleaner.cleaned(once) == once)
    }

    @Test(.enabled(if: bubblewrapWorks)) func `git works in the sandbox and does not see the token`() async throws {
        try await TestRepository.with { test in
            try await test.git("remote", "add", "origin", "https://user:secret@example.com/a.git")
            let workspace = try await test.preparedWorkspace()
            var policy = try SandboxPolicy(for: workspace, hiding: test.folder / "state")
            policy.replaced = try workspace.repository.configurationWithoutCredentials(in: test.folder / "clean")
            #expect(policy.replaced.count == 1)
            let shell = ShellRunner(sandbox: try BubblewrapSandbox())
            let outcome = try await shell.run(
                "git log --format=%s; git remote get-url origin; grep -c secret \"$(git rev-parse --git-common-dir)/config\"",
                policy: policy)
            #expect(outcome.text == "Start\nhttps://example.com/a.git\n0\n")
        }
    }
}
