import Files
import Money
import Runs
import Settings
import Testing

struct SettingsFilesTests {
    private func lend(_ body: (SettingsReader, _ user: FilePath, _ project: FilePath) throws -> Void) throws {
        try FileSystem.withTemporaryDirectory { (base: FilePath) in
            let reader = SettingsReader(environment: ["XDG_CONFIG_HOME": (base / "xdg").string])
            let project = base / "project"
            try FileSystem.createDirectory(base / "xdg/vencejo")
            try FileSystem.createDirectory(project / ".vencejo")
            try body(reader, base / "xdg/vencejo/config.yaml", project)
        }
    }

    @Test func `without files there are defaults`() throws {
        try lend { reader, _, project in
            let settings = try reader.read(project: project)
            #expect(settings.sources == [])
            #expect(settings.limits == Settings.Limits())
        }
    }

    @Test func `the project's file stands above the user's`() throws {
        try lend { reader, user, project in
            try FileSystem.write("mode: frugal\nlimits: { budget: 1 }\n", to: user)
            let file = project / SettingsReader.projectFile
            try FileSystem.write("mode: max\n", to: file)
            let settings = try reader.read(project: project)
            #expect(settings.mode == .max)
            #expect(settings.limits.budget == USD(micros: 1_000_000))
            #expect(settings.sources == [user.string, file.string])
            #expect(try reader.read(project: nil).mode == .frugal)
        }
    }

    @Test func `the user's file is found by XDG_CONFIG_HOME, else below the home folder`() {
        #expect(SettingsReader(environment: ["XDG_CONFIG_HOME": "/x"]).userFile == FilePath("/x/vencejo/config.yaml"))
        let home = SettingsReader(environment: ["XDG_CONFIG_HOME": "", "HOME": "/home/ada"])
        #expect(home.userFile == FilePath("/home/ada/.config/vencejo/config.yaml"))
        #expect(SettingsReader(environment: [:]).userFile == nil)
    }

    @Test func `a file that cannot be read is named`() throws {
        try lend { reader, user, project in
            try FileSystem.createDirectory(project / SettingsReader.projectFile)
            let error = try #require(throws: SettingsError.self) { try reader.read(project: project) }
            #expect(error.message.hasPrefix("the configuration cannot be read: "))
            #expect(error.message.contains(".vencejo/config.yaml"))
            try FileSystem.write([0xFF, 0], to: user)
            let binary = try #require(throws: SettingsError.self) { try reader.read(project: nil) }
            #expect(binary.message.contains(user.string))
        }
    }

    @Test func `a fault is told with the whole path of its file`() throws {
        try lend { reader, user, _ in
            try FileSystem.write("mode: max\nsandbx: off\n", to: user)
            let message = "\(user):2: unknown key 'sandbx'; did you mean 'sandbox'?"
            #expect(throws: SettingsError(message)) { try reader.read(project: nil) }
        }
    }
}
