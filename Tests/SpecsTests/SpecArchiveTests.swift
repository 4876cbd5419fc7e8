import Files
import SpecDocuments
import Specs
import Testing

@Suite struct `Archiving what a feature changes` {
    static let living = """
        # Auth Specification

        ## Requirements

        ### Requirement: Login

        The system SHALL issue a token.

        #### Scenario: Right password
        - **WHEN** it is right
        - **THEN** a token is issued

        #### Scenario: Wrong password
        - **WHEN** it is wrong
        - **THEN** none is

        """

    static let added = """
        ## ADDED Requirements

        ### Requirement: Logout

        The system SHALL end the session.

        #### Scenario: Button
        - **WHEN** pressed
        - **THEN** it ends

        """

    static let shortened = """
        ## MODIFIED Requirements

        ### Requirement: Login

        The system SHALL issue two tokens.

        #### Scenario: Right password
        - **WHEN** it is right
        - **THEN** two are issued

        """

    private let feature = "specs/001-logout"

    @Test func `Deltas go into living specifications, new ones are begun, and a second time changes nothing`() throws {
        try Project.lend([
            "specs/living/auth/spec.md": Self.living, "\(feature)/deltas/auth.md": Self.added,
            "\(feature)/deltas/web/menu.md": Self.added,
        ]) { (project) throws in
            let archive = try SpecArchive(of: feature, in: project.root)
            #expect(archive.faults == [] && archive.applied == [])
            #expect(
                archive.changes.map(\.path) == ["specs/living/auth/spec.md", "specs/living/web/menu/spec.md"])
            #expect(archive.changes.map(\.isNew) == [false, true])
            #expect(try project.text("specs/living/auth/spec.md") == Self.living, "nothing is written before")
            try archive.perform()
            let block = Self.added.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2)
                .joined(separator: "\n")
            #expect(try project.text("specs/living/auth/spec.md") == Self.living + "\n" + block)
            #expect(
                try project.text("specs/living/web/menu/spec.md") == "# Menu Specification\n\n## Requirements\n\n"
                    + block)
            let files = try project.files()
            let again = try SpecArchive(of: feature, in: project.root)
            #expect(again.changes == [] && again.faults == [] && again.applied == ["auth", "web/menu"])
            try again.perform()
            #expect(try project.files() == files)
        }
    }

    @Test func `A scenario does not vanish unless it is listed`() throws {
        try Project.lend([
            "specs/living/auth/spec.md": Self.living, "\(feature)/deltas/auth.md": Self.shortened,
            "\(feature)/deltas/other.md": Self.added,
        ]) { (project) throws in
            let refused = try SpecArchive(of: feature, in: project.root)
            let sentence =
                "\(feature)/deltas/auth.md:3: The scenario \"Wrong password\" of \"Login\" would vanish. Write it into the delta, or list it below `## REMOVED Scenarios` as `- Login / Wrong password`."
            #expect(refused.faults.map(\.description) == [sentence])
            #expect(throws: SpecsError(.broken, "Nothing was changed: \(sentence)")) { try refused.perform() }
            #expect(!project.exists("specs/living/other"))
            try project.write(
                Self.shortened + "\n## REMOVED Scenarios\n\n- Login / Wrong password\n", to: "\(feature)/deltas/auth.md"
            )
            try SpecArchive(of: feature, in: project.root).perform()
            let made = LivingSpec(parsing: try project.text("specs/living/auth/spec.md"))
            #expect(made["Login"]?.scenarios == ["Right password"])
        }
    }

    @Test func `A delta that was changed after it was applied is refused`() throws {
        try Project.lend(["\(feature)/deltas/auth.md": Self.added]) { (project) throws in
            try SpecArchive(of: feature, in: project.root).perform()
            try project.write(Self.added + "\nmore\n", to: "\(feature)/deltas/auth.md")
            let archive = try SpecArchive(of: feature, in: project.root)
            #expect(
                archive.faults.map(\.description) == [
                    "\(feature)/deltas/auth.md:1: The delta was changed after it had been applied. Take the change back, and write it as the delta of a new feature."
                ])
        }
    }

    @Test(arguments: [
        ("<<<<<<< a\n=======\n>>>>>>> b\n", "specs/001-logout/deltas/auth.md:1: An unresolved git conflict"),
        ("nothing", "specs/001-logout/deltas/auth.md: The delta changes no requirement."),
        ("## REMOVED Requirements\n\n### Requirement: Lost\n", "\"Lost\" is to be removed and does not exist."),
    ])
    func `A delta that cannot be read or does not fit is told with its line`(text: String, part: String) throws {
        try Project.lend([
            "specs/living/auth/spec.md": Self.living, "\(feature)/deltas/auth.md": text,
        ]) { (project) throws in
            let archive = try SpecArchive(of: feature, in: project.root)
            #expect(archive.faults.contains { $0.description.contains(part) }, "\(archive.faults)")
        }
    }

    @Test func `A binary delta and a broken record are told`() throws {
        try Project.lend { (project) throws in
            try FileSystem.createDirectory(project.root / "\(feature)/deltas")
            try FileSystem.write([0xFF, 0x00, 0x41], to: project.root / "\(feature)/deltas/auth.md")
            let archive = try SpecArchive(of: feature, in: project.root)
            #expect(
                archive.faults.map(\.description) == [
                    "\(feature)/deltas/auth.md:1: The document is not UTF-8 text from line 1 on. Save it as UTF-8, or restore it from git."
                ])
            try project.write("{\n  \"version\": 1,\n  oh", to: "\(feature)/archived.json")
            #expect(
                throws: SpecsError(
                    .broken,
                    "\(feature)/archived.json:3: the record of what is archived is no JSON: restore it from git.")
            ) { try SpecArchive(of: feature, in: project.root) }
            try project.write("{\"version\": 9}", to: "\(feature)/archived.json")
            #expect(
                throws: SpecsError(
                    .broken,
                    "\(feature)/archived.json:1: the record is of version 9, and this program knows 1: update it.")
            ) { try SpecArchive(of: feature, in: project.root) }
        }
    }
}
