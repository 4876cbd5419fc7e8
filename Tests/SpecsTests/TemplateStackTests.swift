import Files
import SpecDocuments
import Specs
import Testing

@Suite struct `The stack of forms` {
    @Test(arguments: TemplateName.allCases, [nil, "standard", "minimal"])
    func `Every form that the program brings is sound`(name: TemplateName, preset: String?) throws {
        try Project.lend { (project) throws in
            let stack = TemplateStack(root: project.root, choice: TemplateChoice(preset: preset))
            #expect(try stack.faults(of: name) == [])
            let text = try stack.text(of: name, folder: "specs/001-ladder")
            #expect(text.hasPrefix("# ") && !text.contains("{{"))
        }
    }

    @Test func `A preset of the project reads nothing outside of it`() throws {
        try Project.lend { (project) throws in
            try FileSystem.write("secret", to: project.root.parent / "secret.md")
            try FileSystem.createDirectory(project.root / ".vencejo/presets/house")
            try FileSystem.createSymlink(
                at: project.root / ".vencejo/presets/house/plan-template.md", to: "../../../../secret.md")
            let stack = TemplateStack(root: project.root, choice: TemplateChoice(preset: "house"))
            #expect(throws: SpecsError.self) { try stack.text(of: .plan, folder: "specs/001-a") }
            #expect(throws: SpecsError.self) { try stack.eject([.plan], replacing: false) }
        }
    }

    @Test func `A project's form stands above the preset's, and that above the built-in one`() throws {
        try Project.lend([
            ".vencejo/templates/spec-template.md": "# Ours: [T]\n\n- **FR-001**: [x]\n",
            ".specify/templates/spec-template.md": "# Theirs: [T]\n\n- **FR-001**: [x]\n",
            ".specify/templates/plan-template.md": "# Their plan\n\ntext\n",
            "presets/house/tasks-template.md": "# House\n\n- [ ] T001 [x]\n",
            "presets/house/templates/checklist-template.md": "# List\n",
        ]) { (project) throws in
            let stack = TemplateStack(
                root: project.root,
                choice: TemplateChoice(preset: "house", userPresets: project.root / "presets"))
            func layers(_ name: TemplateName) throws -> [String] { try stack.layers(of: name).map(\.description) }
            #expect(
                try layers(.spec) == [
                    ".vencejo/templates/spec-template.md", ".specify/templates/spec-template.md", "built-in",
                ])
            #expect(try layers(.plan) == [".specify/templates/plan-template.md", "built-in"])
            #expect(try layers(.tasks) == ["preset house (presets/house/tasks-template.md)", "built-in"])
            #expect(
                try layers(.checklist) == ["preset house (presets/house/templates/checklist-template.md)", "built-in"])
            #expect(try layers(.research) == ["built-in"])
            #expect(try stack.text(of: .spec, folder: "specs/001-a").hasPrefix("# Ours"))
            #expect(stack.presets() == ["house", "minimal", "standard"])
        }
    }

    @Test func `A form is told its feature`() throws {
        try Project.lend([".vencejo/templates/plan-template.md": "# Plan\n\n`{{feature}}` in {{folder}}\n"]) {
            project in
            let text = try TemplateStack(root: project.root).text(of: .plan, folder: "specs/003-json-flag")
            #expect(text == "# Plan\n\n`003-json-flag` in specs/003-json-flag\n")
        }
    }

    @Test func `spec-kit's way to write placeholders is guidance, whatever stands in it`() throws {
        try Project.lend([
            ".specify/templates/tasks-template.md": """
            ---
            description: "Task list template"
            ---

            # Tasks: [FEATURE NAME]

            **Input**: `/specs/[###-feature-name]/` with $ARGUMENTS

            <!-- The command MUST replace these. -->

            - [ ] T001 [P] Create per plan
            - [ ] T001 The same id in an example

            """
        ]) { (project) throws in
            #expect(try TemplateStack(root: project.root).faults(of: .tasks) == [])
        }
    }

    @Test(arguments: [
        (
            "# A\n\n{{fetaure}}\n",
            "x:3: The template asks for {{fetaure}}, which there is not. Did you mean {{feature}}? There are {{feature}} and {{folder}}; write \\{{ where braces are meant, or [fetaure] for the model to fill in."
        ),
        (
            "# A\n\n{{feature\n",
            "x:3: {{ is not closed on its line; write \\{{ where braces are meant. Fields are {{feature}}, {{folder}}; all else is guidance for the model."
        ),
        ("  \n", "x: The template is empty. Write one, or remove the file."),
        ("text\n", "x: The document has no title. Begin it with `# Implementation Plan: Name of the feature`."),
        (
            "# A\n<<<<<<< a\n=======\n>>>>>>> b\n",
            "x:2: An unresolved git conflict stands in lines 2 to 4. Keep one side and remove the three marker lines."
        ),
        ("# A\n\n```\nx\n", "x:3: The code fence is never closed, so all below is part of it. Close it with ```."),
    ])
    func `A broken form is told with its line and what mends it, and not used`(text: String, sentence: String) throws {
        let path = ".vencejo/templates/plan-template.md"
        try Project.lend([path: text]) { (project) throws in
            let stack = TemplateStack(root: project.root)
            let wanted = path + sentence.dropFirst()
            #expect(try stack.faults(of: .plan).map(\.description) == [wanted])
            #expect(throws: SpecsError(.broken, wanted)) { try stack.text(of: .plan, folder: "specs/001-a") }
        }
    }

    @Test func `A binary form is refused`() throws {
        try Project.lend { (project) throws in
            try project.write("# A\u{0}", to: ".vencejo/templates/plan-template.md")
            let faults = try TemplateStack(root: project.root).faults(of: .plan)
            #expect(faults.map(\.description).first?.contains("is a binary file: byte 3 is NUL.") == true)
        }
    }

    @Test func `A preset that does not exist is an error with the nearest name`() throws {
        try Project.lend { (project) throws in
            let stack = TemplateStack(root: project.root, choice: TemplateChoice(preset: "minmal"))
            #expect(
                throws: SpecsError(
                    .broken, "There is no preset 'minmal', which specs.preset names: did you mean 'minimal'.")
            ) { try stack.layers(of: .spec) }
        }
    }

    @Test func `Forms are written into the project once, and replaced only when asked`() throws {
        try Project.lend { (project) throws in
            let stack = TemplateStack(root: project.root, choice: TemplateChoice(preset: "minimal"))
            let path = ".vencejo/templates/tasks-template.md"
            #expect(try stack.eject([.tasks], replacing: false) == [path])
            let text = try project.text(path)
            #expect(text == "# Tasks: [TITLE]\n\n- [ ] T001 [US1] [What is to be done] in `[path]` (FR-001)\n")
            try project.write("mine", to: path)
            #expect(
                throws: SpecsError(
                    .changed, "\(path) exists already, so nothing was written: say --force to replace it.")
            ) { try stack.eject([.spec, .tasks], replacing: false) }
            #expect(!project.exists(".vencejo/templates/spec-template.md"))
            _ = try stack.eject([.tasks], replacing: true)
            #expect(try project.text(path) == text)
        }
    }

    @Test func `The constitution that a project begins with has no fault`() throws {
        let constitution = Constitution(parsing: ConstitutionTemplate.text)
        #expect(Analysis(FeatureDocuments(constitution: constitution)).findings == [])
    }
}
