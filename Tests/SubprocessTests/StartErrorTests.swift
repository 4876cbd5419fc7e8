import Files
import Subprocess
import Testing

struct StartErrorTests {
    @Test func `a program that is not there is named with where it was looked for`() async {
        await expectError(
            Command("no-such-tool", environment: ["PATH": "/usr/bin:/bin"]), .notFound,
            "no-such-tool was not found on PATH (/usr/bin:/bin); install no-such-tool or correct PATH.")
        await expectError(
            Command("sh", environment: [:]), .notFound,
            "sh was not found on PATH (which is empty); install sh or correct PATH.")
        await expectError(
            Command("/no/tool", environment: [:]), .notFound,
            "/no/tool does not exist; correct the path of the program.")
    }

    @Test func `files that cannot be run say why`() async throws {
        try await FileSystem.withTemporaryDirectory { root async throws in
            try FileSystem.write("#!/bin/sh\n", to: root / "plain")
            try FileSystem.write("#!/no/interpreter\n", to: root / "lost", newMode: 0o755)
            try FileSystem.write("just text\n", to: root / "text", newMode: 0o755)
            let environment = ["PATH": root.string]
            await expectError(
                Command("plain", environment: environment), .notExecutable,
                "\(root)/plain is not executable; make it so with chmod +x.")
            await expectError(
                Command("\(root)/plain", environment: environment), .notExecutable,
                "Cannot start \(root)/plain: this user may not execute it.")
            await expectError(
                Command("lost", environment: environment), .notFound,
                "Cannot start \(root)/lost: the interpreter it names does not exist; install it.")
            await expectError(
                Command("text", environment: environment), .notExecutable,
                "Cannot start \(root)/text: it is no program for this machine; a script needs a #! line.")
            await expectError(
                Command("text", environment: environment, directory: root / "none"), .badDirectory,
                "Cannot start text: its directory \(root)/none does not exist.")
        }
    }

    @Test func `commands that C would misread are refused`() async {
        await expectError(
            Command("", environment: [:]), .invalidCommand, "The name of the program to run is empty.")
        await expectError(
            Command("sh", ["a\0b"], environment: [:]), .invalidCommand,
            "Cannot start sh: a text it is given contains a NUL byte.")
        await expectError(
            Command("sh", environment: ["A=B": ""]), .invalidCommand,
            "Cannot start sh: \"A=B\" is no name for an environment variable.")
    }

    @Test func `arguments that are too long say how long they are`() async {
        let long = String(repeating: "x", count: 5_000_000)
        await expectError(
            Command("true", [long], environment: ["PATH": "/usr/bin:/bin"]), .argumentsTooLong,
            "Cannot start true: its arguments and environment of 5000017 bytes are too long; pass them in a file.")
    }

    private func expectError(_ command: Command, _ code: SubprocessError.Code, _ message: String) async {
        await #expect(throws: SubprocessError(code, message)) { _ = try await command.run() }
    }
}
