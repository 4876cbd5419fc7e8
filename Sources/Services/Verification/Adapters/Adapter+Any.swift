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
        detected("maven-test"), detected("gradle-test"), detected("make-test"), detected("make-check"),
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
