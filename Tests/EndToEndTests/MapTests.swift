import Files
import JSON
import Subprocess
import Testing

@Suite("vencejo map", .timeLimit(.minutes(15)), .enabled(if: Grammars.areReady, "run scripts/grammars"))
struct MapTests {
    private static let shop = [
        "shop/prices.py": "class PriceList:\n    def total_of(self, basket):\n        return sum(basket)\n",
        "shop/basket.py": """
        from shop.prices import PriceList

        class ShoppingBasket:
            def cost_of_items(self):
                return PriceList().total_of(self.items)

        """,
        "web/server.js": "function startServer(port) {\n  return listenOn(port);\n}\n",
        "notes.txt": "class NotCode\n",
    ]

    private static let text = """
        shop/prices.py:
        class PriceList
            def total_of(self, basket)

        shop/basket.py:
        class ShoppingBasket
            def cost_of_items(self)

        web/server.js:
        function startServer(port)

        """

    /// A stage with these files in a folder of its own, under git.
    private func with(
        _ files: [String: String] = shop, _ body: (_ stage: Stage, _ tree: FilePath) async throws -> Void
    ) async throws {
        try await Stage.with { stage in
            let tree = stage.folder / "tree"
            for (path, text) in files { try write(text, to: tree.appending(path)) }
            try await git(["init", "--quiet", "--initial-branch", "main"], tree)
            try await commit(tree)
            try await body(stage, tree)
        }
    }

    private func write(_ text: String, to place: FilePath) throws {
        try FileSystem.createDirectory(place.parent)
        try FileSystem.write(text, to: place)
    }

    private func commit(_ tree: FilePath) async throws {
        try await git(["add", "--all"], tree)
        try await git(["commit", "--quiet", "--message", "Files"], tree)
    }

    private func git(_ arguments: [String], _ tree: FilePath) async throws {
        let settings = ["-c", "user.name=Test", "-c", "user.email=test@localhost"]
        var environment = Command.inheritedEnvironment().filter { !$0.key.hasPrefix("GIT_") }
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null"
        let result = try await Command("git", settings + arguments, environment: environment, directory: tree).run()
        guard result.succeeded else { throw StageError(message: "git \(arguments): \(result.stderr.text)") }
    }

    // MARK: - What is shown

    @Test("shows the files in the order of their weight, and on the other stream what it looked at")
    func text() async throws {
        try await with { stage, tree in
            let map = try await stage.vencejo("map", in: tree)
            #expect(map.status == 0)
            #expect(map.output == Self.text)
            #expect(map.errors.hasPrefix("3 of 3 files, about "))
            #expect(map.errors.contains("; 3 read anew, 0 known, "))
            let again = try await stage.vencejo("map", in: tree)
            #expect(again.output == Self.text && again.errors.contains("; 0 read anew, 3 known, "))
        }
    }

    @Test("gives one object with --json")
    func json() async throws {
        try await with { stage, tree in
            let map = try await stage.vencejo("map", "--json", in: tree)
            #expect(map.status == 0 && map.errors == "")
            let value = try map.json
            #expect(
                value["files"]?.arrayValue?.map { $0["path"] } == ["shop/prices.py", "shop/basket.py", "web/server.js"])
            #expect(
                value["files"]?.arrayValue?.first?["definitions"]?.arrayValue?.first == [
                    "name": "PriceList", "kind": "type", "line": 1, "lastLine": 3, "depth": 0,
                    "signature": "class PriceList",
                ])
            let statistics = value["statistics"]
            for (key, number) in ["files": 3, "parsed": 3, "fromCache": 0, "definitions": 5, "unparsed": 0] {
                #expect(statistics?[key]?.intValue == number, "\(key)")
            }
            #expect(statistics?["deadly"] == [])
            #expect(value["budget"]?.intValue == 2000)
        }
    }

    @Test(
        "brings a file, a folder or a name in focus to the front", arguments: ["web/server.js", "web", "startServer"])
    func focus(term: String) async throws {
        try await with { stage, tree in
            let map = try await stage.vencejo("map", "--focus", term, in: tree)
            #expect(map.status == 0)
            #expect(map.output.hasPrefix("web/server.js:\n"))
        }
    }

    @Test("keeps to its budget, and says how much is needed at least")
    func budget() async throws {
        try await with { stage, tree in
            let small = try await stage.vencejo("map", "--budget", "12", "--json", in: tree)
            #expect(try small.json["files"]?.arrayValue?.map { $0["path"] } == ["shop/prices.py"])
            #expect(try small.json["tokens"]?.intValue ?? 99 <= 12)
            let none = try await stage.vencejo("map", "--budget", "1", in: tree)
            #expect(none.status == 2 && none.output == "")
            #expect(none.errors.contains("The budget of 1 tokens is too small to show anything of"))
            for bad in ["0", "-5", "many"] {
                let refused = try await stage.vencejo("map", "--budget=\(bad)", in: tree)
                #expect(refused.status == 2 && refused.errors.contains("--budget takes a number of tokens above 0"))
            }
        }
    }

    @Test("is narrowed to paths, and says in one sentence what is not there")
    func paths() async throws {
        try await with { stage, tree in
            let shop = try await stage.vencejo("map", "shop", in: tree)
            #expect(shop.status == 0 && shop.output.contains("PriceList") && !shop.output.contains("startServer"))
            let file = try await stage.vencejo("map", "web/server.js", "shop/prices.py", in: tree)
            #expect(file.output.contains("startServer") && !file.output.contains("ShoppingBasket"))
            let elsewhere = try await stage.vencejo("map", tree.string)
            #expect(elsewhere.output == Self.text)
            let nothing = try await stage.vencejo("map", "shop/nowhere", in: tree)
            #expect(nothing.status == 2 && nothing.output == "")
            #expect(
                nothing.errors.contains(
                    "There is no file or folder 'shop/nowhere': name one that exists, or none for all of it."))
            let focus = try await stage.vencejo("map", "--focus", "PriceLits", in: tree)
            #expect(focus.status == 2)
            #expect(
                focus.errors.contains("--focus 'PriceLits' names no file and no definition here: near are 'PriceList'"))
        }
    }

    // MARK: - What is always the same

    @Test("is the same to the byte in another home, in another worktree and when nothing is kept")
    func determinism() async throws {
        try await with { stage, tree in
            let other = stage.folder / "other"
            try await git(["worktree", "add", "--quiet", other.string, "-b", "other"], tree)
            var texts: Set<String> = []
            for (folder, home) in [(tree, "a"), (tree, "a"), (tree, "b"), (other, "a"), (other, "c")] {
                let map = try await stage.vencejo(
                    "map", "--lines", in: folder, changes: ["VENCEJO_HOME": (stage.folder / home).string])
                #expect(map.status == 0)
                texts.insert(map.output)
            }
            #expect(texts.count == 1)
        }
    }

    @Test("may be made by several processes at once")
    func together() async throws {
        let many = Dictionary(
            uniqueKeysWithValues: (0..<60).map { number in
                (
                    "part/module\(number).py",
                    "class Widget\(number):\n    def draw(self): Widget\((number + 1) % 60)()\n"
                )
            })
        try await with(many) { stage, tree in
            let maps = try await withThrowingTaskGroup(of: Stage.Outcome.self) { group in
                for _ in 0..<4 { group.addTask { try await stage.vencejo("map", in: tree) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(maps.map(\.status) == [0, 0, 0, 0])
            #expect(Set(maps.map(\.output)).count == 1)
            let after = try await stage.vencejo("map", in: tree)
            #expect(after.output == maps.first?.output && after.errors.contains("; 0 read anew, 60 known, "))
        }
    }

    // MARK: - What means harm

    /// Lines, so that it is not passed over as minified: Debian's libtree-sitter aborts on the first, and takes minutes or all
    /// memory for the second.
    private static let hostile = [
        "evil/abort.py": lines("/***", count: 30_000), "evil/hang.c": lines("x=>", count: 30_000),
    ]

    private static func lines(_ token: String, count: Int) -> String {
        String(repeating: String(repeating: token, count: 50) + "\n", count: count / 50)
    }

    @Test("survives sources that break the parser, names them, and does not try them twice")
    func deadly() async throws {
        try await with(Self.shop.merging(Self.hostile) { $1 }) { stage, tree in
            let first = try await stage.vencejo("map", "--json", in: tree)
            #expect(first.status == 0)
            let value = try first.json
            #expect(value["statistics"]?["deadly"] == ["evil/abort.py", "evil/hang.c"])
            #expect(value["statistics"]?["parsed"]?.intValue == 5)
            #expect(
                value["files"]?.arrayValue?.map { $0["path"] } == ["shop/prices.py", "shop/basket.py", "web/server.js"])
            let second = try await stage.vencejo("map", "--budget", "1999", in: tree)
            #expect(second.status == 0 && second.output == Self.text)
            #expect(second.errors.contains("; 0 read anew, 5 known, "))
            #expect(
                second.errors.contains(
                    "The parser died of 'evil/abort.py', 'evil/hang.c', so their names are only guessed"))
            let third = try await stage.vencejo("map", "--budget", "1999", "--json", in: tree)
            #expect(try third.json["statistics"]?["deadly"] == ["evil/abort.py", "evil/hang.c"])
        }
    }

    @Test("passes over what is no source: links, binary and minified files, broken bytes and files that went away")
    func oddities() async throws {
        try await with { stage, tree in
            try FileSystem.createDirectory(tree / "odd")
            try FileSystem.createSymlink(at: tree / "odd/loop", to: "..")
            try FileSystem.createSymlink(at: tree / "odd/self.py", to: "self.py")
            try FileSystem.write(
                [0x7F, 0x45, 0, 1, 2, 0xFF] + Array("class Hidden:\n".utf8), to: tree / "odd/binary.py")
            try FileSystem.write("var a=1;" + String(repeating: "f(a);", count: 1 << 20), to: tree / "odd/app.js")
            try FileSystem.write(
                Array("class Latin:\n    def gr".utf8) + [0xFC, 0xDF] + Array("e(self): pass\n".utf8),
                to: tree / "odd/latin.py")
            try write("class Vanished: pass\n", to: tree / "odd/gone.py")
            try await commit(tree)
            try FileSystem.remove(tree / "odd/gone.py")
            let map = try await stage.vencejo("map", in: tree)
            #expect(map.status == 0)
            #expect(map.output.contains("class PriceList") && map.output.contains("class Latin"))
            for word in ["Hidden", "Vanished", "loop", "self.py", "app.js"] { #expect(!map.output.contains(word)) }
            #expect(map.errors.contains(" of 4 files, "))
        }
    }

    @Test("An engine without its grammars still makes a map, and doctor says what is missing")
    func withoutGrammars() async throws {
        try await with { stage, tree in
            let broken = stage.folder / "grammars"
            try write("no library", to: broken / "libtree-sitter-python.so")
            let map = try await stage.vencejo("map", in: tree, changes: ["VENCEJO_GRAMMARS": broken.string])
            #expect(map.status == 0 && map.output.contains("class PriceList"))
            let doctor = try await stage.vencejo("doctor", "--json", changes: ["VENCEJO_GRAMMARS": broken.string])
            let line = try doctor.json.arrayValue?.first { $0["check"] == "repo map" }
            #expect(line?["result"] == "warning")
            #expect(line?["text"]?.stringValue?.contains("broken: python (The grammar '") == true)
            #expect(line?["fix"]?.stringValue?.contains("run scripts/grammars") == true)
        }
    }
}

/// Whether the grammars are where the built program looks for them; in CI they have to be.
enum Grammars {
    static let areReady: Bool = {
        let environment = Command.inheritedEnvironment()
        if environment["CI"] != nil { return true }
        var folder = FilePath(#filePath).parent
        while folder.string != "/", !FileSystem.exists(folder / "Package.swift") { folder = folder.parent }
        return FileSystem.exists(folder / ".build/grammars/libtree-sitter-python.so")
    }()
}
