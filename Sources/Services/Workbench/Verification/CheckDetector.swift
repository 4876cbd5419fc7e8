package import Files
import JSON

/// Finds the checks that a project brings along, by the files at its top.
package enum CheckDetector {
    /// The checks of every ecosystem found, those that build before those that test; empty where there are none.
    package static func detect(in root: FilePath) -> [Check] {
        let project = ProjectFiles(root: root)
        let found =
            swift(project) + rust(project) + go(project) + java(project) + node(project) + PythonChecks.detect(project)
        // A Makefile usually only calls what was found already.
        return found.isEmpty ? make(project) : found
    }

    private static func swift(_ project: ProjectFiles) -> [Check] {
        guard project.has("Package.swift") else { return [] }
        guard project.has("Tests") else {
            return [Check(name: "swift-build", command: "swift build", why: "Package.swift without tests")]
        }
        return [Check(name: "swift-test", command: "swift test", why: "Package.swift")]
    }

    private static func rust(_ project: ProjectFiles) -> [Check] {
        guard let manifest = project.text("Cargo.toml") else { return [] }
        let command = manifest.contains("[workspace]") ? "cargo test --workspace" : "cargo test"
        return [Check(name: "cargo-test", command: command, why: "Cargo.toml")]
    }

    private static func go(_ project: ProjectFiles) -> [Check] {
        guard project.has("go.mod") || project.has("go.work") else { return [] }
        return [Check(name: "go-test", command: "go test ./...", why: "go.mod")]
    }

    private static func java(_ project: ProjectFiles) -> [Check] {
        if project.has("pom.xml") {
            let program = project.has("mvnw") ? "./mvnw" : "mvn"
            return [Check(name: "maven-test", command: "\(program) -B -q test", why: "pom.xml")]
        }
        guard let build = ["build.gradle", "build.gradle.kts"].first(where: project.has) else { return [] }
        let program = project.has("gradlew") ? "./gradlew" : "gradle"
        return [Check(name: "gradle-test", command: "\(program) --no-daemon test", why: build)]
    }

    private static func node(_ project: ProjectFiles) -> [Check] {
        guard let text = project.text("package.json"),
            // A manifest that is no JSON has no script that could be run.
            let manifest = try? JSONValue(parsing: text),
            let script = manifest["scripts"]?["test"]?.stringValue,
            // What `npm init` writes fails always.
            !script.contains("no test specified")
        else { return [] }
        let locks = [("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lock", "bun"), ("bun.lockb", "bun")]
        let program = locks.first { project.has($0.0) }?.1 ?? "npm"
        return [Check(name: "\(program)-test", command: "\(program) run test", why: "scripts.test in package.json")]
    }

    private static func make(_ project: ProjectFiles) -> [Check] {
        guard let name = ["GNUmakefile", "makefile", "Makefile"].first(where: project.has),
            let text = project.text(name)
        else { return [] }
        let targets = Set(text.split(separator: "\n").compactMap(target))
        guard let goal = ["test", "check"].first(where: targets.contains) else { return [] }
        return [Check(name: "make-\(goal)", command: "make \(goal)", why: "the target \(goal) in \(name)")]
    }

    private static func target(_ line: Substring) -> String? {
        guard let first = line.first, !first.isWhitespace, first != "#", let colon = line.firstIndex(of: ":"),
            !line[colon...].hasPrefix(":=")
        else { return nil }
        return String(line[..<colon].prefix { !$0.isWhitespace })
    }
}

/// The files at the top of a project, looked at with bounds.
struct ProjectFiles: Sendable {
    let root: FilePath

    func has(_ path: String) -> Bool { FileSystem.exists(root / path) }

    /// The text of a file; nil where there is none that can be read as text.
    func text(_ path: String) -> String? {
        // What cannot be read tells nothing, and detection goes on without it.
        try? FileSystem.readText(root / path, limit: 1 << 20)
    }

    /// The files below a folder whose name fits, at most three levels down, ordered.
    func files(in folder: String, depth: Int = 3, _ fits: (String) -> Bool) -> [String] {
        guard depth >= 0, let entries = try? FileSystem.list(root / folder) else { return [] }  // as above
        return entries.flatMap { entry -> [String] in
            let path = folder == "." ? entry.name : "\(folder)/\(entry.name)"
            switch entry.kind {
            case .regular where fits(entry.name): return [path]
            case .directory where !Self.foreign.contains(entry.name) && !entry.name.hasPrefix("."):
                return files(in: path, depth: depth - 1, fits)
            default: return []
            }
        }
    }

    private static let foreign: Set<String> = ["node_modules", "venv", "env", "build", "dist", "__pycache__", "target"]
}
