import Examples
import FakeModelServer
import Files
import JSON
import Subprocess
import Testing

/// The real program takes over documents of other tools, archives deltas and knows its forms (S11, S12).
@Suite("vencejo specs import, archive and templates", .timeLimit(.minutes(15)))
struct SpecsImportTests {
    private static let requirements = """
        # Requirements Document

        ## Requirements

        ### Requirement 1: Count

        **User Story:** As a user, I want a count, so that I know what is open.

        #### Acceptance Criteria

        1. WHEN `count` runs THEN the system SHALL print how many items are open

        """

    private static let tasks = "# Implementation Plan\n\n- [ ] 1. Count in `todo.py`\n  - _Requirements: 1.1_\n"

    private static let delta = """
        ## ADDED Requirements

        ### Requirement: Count

        The program SHALL print how many items are open.

        #### Scenario: Two open items
        - **WHEN** `count` runs
        - **THEN** it prints 2

        """

    private func write(_ text: String, to path: String, _ stage: Stage) throws {
        let place = stage.project.appending(path)
        try FileSystem.createDirectory(place.parent)
        try FileSystem.write(text, to: place)
    }

    private func text(_ path: String, _ stage: Stage) throws -> String {
        try FileSystem.readText(stage.project.appending(path))
    }

    // MARK: - import

    @Test("a Kiro project becomes features that can be listed and analysed; a second import changes nothing")
    func kiro() async throws {
        try await Stage.with { stage in
            try write(Self.requirements, to: ".kiro/specs/count-items/requirements.md", stage)
            try write(Self.tasks, to: ".kiro/specs/count-items/tasks.md", stage)
            let dry = try await stage.vencejo("specs", "import", "--dry-run")
            #expect(dry.status == 0 && dry.output.contains("Would write 2 new files from Kiro in "), "\(dry)")
            #expect(!FileSystem.exists(stage.project / "specs"))
            let first = try await stage.vencejo("specs", "import")
            #expect(first.status == 0 && first.errors == "", "\(first)")
            #expect(first.output.contains(".kiro/specs/count-items  specs/001-count-items"))
            #expect(try text("specs/001-count-items/tasks.md", stage).contains("- [ ] T001 Count in `todo.py`"))
            let list = try await stage.vencejo("specs", "list", "--json")
            #expect(try list.json["features"]?[0]?["name"] == "001-count-items")
            let again = try await stage.vencejo("specs", "import", "--json")
            #expect(try again.status == 0 && again.json["created"] == [] && again.json["updated"] == [])
            #expect(try again.json["units"]?[0]?["state"] == "unchanged")
            #expect(try text(".kiro/specs/count-items/tasks.md", stage) == Self.tasks)
        }
    }

    @Test("what both sides have changed is listed with both places and left alone until it is settled")
    func conflict() async throws {
        try await Stage.with { stage in
            try write(Self.requirements, to: ".kiro/specs/count-items/requirements.md", stage)
            _ = try await stage.vencejo("specs", "import")
            let mine = try text("specs/001-count-items/spec.md", stage) + "\nMine.\n"
            try write(mine, to: "specs/001-count-items/spec.md", stage)
            try write(Self.requirements + "\nTheirs.\n", to: ".kiro/specs/count-items/requirements.md", stage)
            let second = try await stage.vencejo("specs", "import")
            #expect(second.status == 1)
            #expect(
                second.output.contains(
                    "conflict: specs/001-count-items/spec.md and .kiro/specs/count-items/requirements.md: it was changed here and at its source; nothing was overwritten."
                ), "\(second)")
            #expect(try text("specs/001-count-items/spec.md", stage) == mine)
            let settled = try await stage.vencejo("specs", "import", "--resolve", "source")
            #expect(settled.status == 0, "\(settled)")
            #expect(try text("specs/001-count-items/spec.md", stage).hasSuffix("\nTheirs.\n"))
        }
    }

    @Test("bad input gets one sentence and status 2, or 1 where others were taken over")
    func badInput() async throws {
        try await Stage.with { stage in
            let nothing = try await stage.vencejo("specs", "import")
            #expect(nothing.status == 2 && nothing.errors.contains("There is nothing to import in "), "\(nothing)")
            let lost = try await stage.vencejo("specs", "import", "nowhere")
            #expect(lost.status == 2 && lost.errors.contains("nowhere"), "\(lost)")
            try write(Self.requirements, to: ".kiro/specs/good/requirements.md", stage)
            try write("# R\n\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", to: ".kiro/specs/bad/requirements.md", stage)
            try FileSystem.createDirectory(stage.project / ".kiro/specs/linked")
            try FileSystem.createSymlink(at: stage.project / ".kiro/specs/linked/tasks.md", to: "/etc/hostname")
            let mixed = try await stage.vencejo("specs", "import")
            #expect(mixed.status == 1)
            #expect(
                mixed.output.contains(
                    "refused: .kiro/specs/bad/requirements.md:3: An unresolved git conflict stands in lines 3 to 7."))
            #expect(mixed.output.contains("refused: .kiro/specs/linked: "), "\(mixed)")
            #expect(mixed.output.contains("specs/002-good") || mixed.output.contains("specs/001-good"))
        }
    }

    @Test("an import that is killed between two files is finished by the next command", arguments: [1, 2, 3, 4])
    func killed(at move: Int) async throws {
        try await Stage.with { stage in
            try write(Self.requirements, to: ".kiro/specs/count-items/requirements.md", stage)
            try write(Self.tasks, to: ".kiro/specs/count-items/tasks.md", stage)
            let points = stage.folder / "points"
            let twin = stage.folder / "twin"
            try FileSystem.createDirectory(twin / ".kiro/specs")
            _ = try await stage.vencejo(
                "specs", "import", "--dry-run", changes: ["VENCEJO_FAULT": "count:\(points)"])
            let before = FileSystem.exists(points) ? try FileSystem.readText(points).split(separator: "\n").count : 0
            // Each file put aside passes three points; then each move two.
            let result = try await stage.command(
                ["specs", "import"], changes: ["VENCEJO_FAULT": "kill:\(before + move * 5)"]
            ).run()
            #expect(result.status != .exited(0), "\(result.stderr.text)")
            let next = try await stage.vencejo("specs", "import", "--json")
            #expect(next.status == 0, "\(next)")
            #expect(try text("specs/001-count-items/tasks.md", stage).contains("T001"))
            #expect(try text("specs/001-count-items/spec.md", stage).contains("FR-001"))
            #expect(!FileSystem.exists(stage.project / "specs/.pending"))
            let last = try await stage.vencejo("specs", "import", "--json")
            #expect(try last.json["created"] == [] && last.json["updated"] == [])
        }
    }

    // MARK: - archive

    @Test("a feature's delta goes into the living specification once, and a vanishing scenario is refused by name")
    func archive() async throws {
        try await Stage.with { stage in
            try write("# Feature Specification: Count\n\n- **FR-001**: It MUST\n", to: "specs/001-count/spec.md", stage)
            try write(Self.delta, to: "specs/001-count/deltas/items.md", stage)
            let first = try await stage.vencejo("specs", "archive", "001")
            #expect(first.status == 0 && first.output == "specs/living/items/spec.md (new): added Count\n", "\(first)")
            let living = try text("specs/living/items/spec.md", stage)
            #expect(living.contains("#### Scenario: Two open items"))
            let again = try await stage.vencejo("specs", "archive", "count")
            #expect(again.status == 0 && again.output == "specs/001-count: archived already; nothing changed.\n")
            try write("# Feature Specification: More\n\n- **FR-001**: It MUST\n", to: "specs/002-more/spec.md", stage)
            try write(
                "## MODIFIED Requirements\n\n### Requirement: Count\n\nIt SHALL count.\n\n#### Scenario: None\n- **WHEN** a\n- **THEN** b\n",
                to: "specs/002-more/deltas/items.md", stage)
            let refused = try await stage.vencejo("specs", "archive", "002")
            #expect(refused.status == 1)
            #expect(
                refused.output.contains(
                    "error: specs/002-more/deltas/items.md:3: The scenario \"Two open items\" of \"Count\" would vanish."
                ),
                "\(refused)")
            #expect(try text("specs/living/items/spec.md", stage) == living)
            let dry = try await stage.vencejo("specs", "archive", "002", "--allow-vanishing", "--dry-run")
            #expect(dry.status == 0 && dry.output.contains("scenarios gone: Count / Two open items"), "\(dry)")
            let usage = try await stage.vencejo("specs", "archive")
            #expect(usage.status == 2)
        }
    }

    @Test("a run whose feature has a delta archives it in a commit of its own, before the final check")
    func run() async throws {
        // The example's session writes no delta, so a step of the workflow does.
        try await Stage.with { stage in
            try write(Self.delta, to: "specs/001-notes/deltas/items.md", stage)
            try write(
                """
                name: archive-only
                version: "1"
                steps:
                  - id: write
                    shell: f=$(ls -d specs/*/ | tail -1) && mkdir -p "$f/deltas" && cp specs/001-notes/deltas/items.md "$f/deltas/items.md"
                  - id: keep
                    engine: archive
                  - id: check
                    engine: final-check

                """, to: ".vencejo/workflows/archive-only.yaml", stage)
            try await stage.git("add", "--all")
            try await stage.git("commit", "--quiet", "--message", "A delta and a workflow")
            let run = try await stage.vencejo(
                "run", "--workflow", "archive-only", "Count the items", "--yes", "--json")
            #expect(run.status == 0, "\(run.output) \(run.errors)")
            let branch = try await stage.branch()
            let living = try await stage.git("show", "\(branch):specs/living/items/spec.md")
            #expect(living.contains("### Requirement: Count"))
            let log = try await stage.git("log", "--format=%s", branch, "-1")
            #expect(log.hasPrefix("Archive 002-"), "\(log)")
            #expect(!FileSystem.exists(stage.project / "specs/living"), "the user's own files are not touched")
        }
    }

    // MARK: - templates

    @Test("forms are listed with what they hide, ejected once, and used; a broken one is told before anything is spent")
    func templates() async throws {
        try await Stage.with(configuration: "specs: { preset: minimal }") { stage in
            let list = try await stage.vencejo("specs", "templates", "list")
            #expect(list.status == 0 && list.output.contains("preset minimal"), "\(list)")
            let ejected = try await stage.vencejo("specs", "templates", "eject", "spec")
            #expect(ejected.output == "Wrote .vencejo/templates/spec-template.md.\n", "\(ejected)")
            let again = try await stage.vencejo("specs", "templates", "eject", "spec", "plan")
            #expect(again.status == 1 && again.errors.contains("say --force to replace it"), "\(again)")
            let json = try await stage.vencejo("specs", "templates", "list", "--json")
            #expect(
                try json.json["templates"]?.arrayValue?.first { $0["name"] == "spec" } == [
                    "name": "spec", "from": ".vencejo/templates/spec-template.md",
                    "hides": ["preset minimal", "built-in"], "faults": [],
                ])
            let unknown = try await stage.vencejo("specs", "templates", "eject", "taks")
            #expect(unknown.status == 2 && unknown.errors.contains("did you mean 'tasks'?"), "\(unknown)")
            try write(
                "# Feature Specification: {{nam}}\n\n- **FR-001**: [x]\n", to: ".vencejo/templates/spec-template.md",
                stage)
            let broken = try await stage.vencejo("specs", "templates", "list")
            #expect(broken.status == 1)
            #expect(
                broken.output.contains(
                    ".vencejo/templates/spec-template.md:1: The template asks for {{nam}}, which there is not."),
                "\(broken)")
            try await stage.git("add", "--all")
            try await stage.git("commit", "--quiet", "--message", "A broken form")
            let run = try await stage.vencejo("run", Stage.request, "--yes", "--json")
            #expect(run.status == 1, "\(run)")
            #expect((run.output + run.errors).contains(".vencejo/templates/spec-template.md:1: "), "\(run)")
            #expect(stage.server.requestCount == 0)
        }
    }
}
