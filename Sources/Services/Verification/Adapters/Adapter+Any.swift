import QualityReports
import Workbench

extension Adapter {
    /// semgrep and gitleaks, and the checks of projects that no other adapter knows.
    static let anyLanguage: [Adapter] = [
        Adapter(
            name: "semgrep", kind: .security, ecosystem: .any,
            program: .onPath("semgrep", version: ["--version"], install: "`pipx install semgrep`"),
            report: .file("semgrep.sarif", .findings(.sarif)), exits: ExitMeanings(errors: [2, 3, 4, 5, 7, 8]),
            // Rules from the network would judge the same tree differently tomorrow.
            applies: { $0.has(".semgrep.yml") || $0.has(".semgrep.yaml") || $0.has(".semgrep") },
            command: { call in
                let rules = [".semgrep.yml", ".semgrep.yaml", ".semgrep"].first(where: call.part.has) ?? ".semgrep.yml"
                return """
                    \(call.program) scan --error --metrics=off --disable-version-check --config \(rules) --sarif \
                    --output \(call.file("semgrep.sarif")) \(call.targets)
                    """
            }),
        Adapter(
            name: "gitleaks", kind: .security, ecosystem: .any,
            program: .onPath(
                "gitleaks", version: ["version"],
                install: "see github.com/gitleaks/gitleaks#installing, or your system's packages"),
            report: .file("gitleaks.json", .findings(.gitleaks)), exits: ExitMeanings(errors: [126]),
            command: {
                "\($0.program) dir --no-banner --redact --exit-code 1 -f json -r \($0.file("gitleaks.json")) \($0.targets)"
            }),
        Adapter(
            name: "lizard", kind: .complexity, ecosystem: .any, program: lizardProgram,
            report: .file("lizard.csv", .complexity(.lizard)), exits: ExitMeanings(errors: [1, 2]),
            applies: { $0.hasFile(endingIn: isRadons($0) ? lizardLanguages : lizardLanguages.union(["py"])) },
            command: { call in
                let excluded =
                    (isRadons(call.part) ? ["*.py"] : []) + ProjectSurvey.foreign.sorted().map { "*/\($0)/*" } + [
                        "*/.*/*"
                    ]
                let words = excluded.map { "-x \(ShellWords.quoted($0))" }.joined(separator: " ")
                return call.reporting(
                    "\(call.program) --csv --verbose -i -1 \(words) \(call.targets)", to: "lizard.csv")
            }),
        detected("maven-test"), detected("gradle-test"), detected("make-test"), detected("make-check"),
    ]

    private static let lizardProgram: Program = {
        var program = Program.python("lizard")
        program.install +=
            "; it measures C, C++, C#, Go, Java, JavaScript, Kotlin, PHP, Ruby, Rust, Swift, TypeScript and more"
        return program
    }()

    /// Whether the Python of the project is measured by radon.
    private static func isRadons(_ part: ProjectPart) -> Bool {
        ProjectSurvey.parts(of: part.project).contains { $0.ecosystem == .python }
    }

    /// Of the languages that lizard measures.
    private static let lizardLanguages: Set<String> = [
        "c", "cc", "cpp", "cxx", "h", "hpp", "m", "mm", "cs", "erl", "f90", "gd", "go", "java", "js", "cjs", "mjs",
        "jsx",
        "ts", "tsx", "kt", "lua", "php", "pl", "pm", "r", "rb", "rs", "scala", "sol", "st", "swift", "vue", "zig",
    ]

    /// A check that a project configures: a command line whose exit status is the answer.
    package static func configured(name: String, command: String) -> Adapter {
        Adapter(
            name: name, kind: .unitTests, ecosystem: .any,
            program: Program(name: "sh", install: "install a shell", version: []) { _, _ in [["sh"]] },
            report: .exitStatus, command: { _ in command })
    }

    /// A check that the workbench finds and that leaves no report that is read.
    private static func detected(_ name: String) -> Adapter {
        let program = String(name.prefix { $0 != "-" })
        return Adapter(
            name: name, kind: .unitTests, ecosystem: .any,
            program: Program(name: program, install: "install \(program)", version: []) { part, _ in
                DetectedCheck.command(in: part, named: name) == nil ? [] : [["sh"]]
            },
            report: .exitStatus, applies: { DetectedCheck.command(in: $0, named: name) != nil },
            command: { DetectedCheck.command(in: $0.part, named: name) ?? "false" })
    }
}

/// Every adapter, in the order in which they run.
package enum AdapterCatalogue {
    package static let all: [Adapter] =
        Adapter.python + Adapter.node + Adapter.go + Adapter.rust + Adapter.swift + Adapter.anyLanguage
}
