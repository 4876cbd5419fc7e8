import Workbench

/// What the workbench's own detection says of a part of a project.
enum DetectedCheck {
    /// The command of the check of that name; nil where the project has none.
    static func command(in part: ProjectPart, named name: String) -> String? {
        CheckDetector.detect(in: part.root).first { $0.name == name }?.command
    }
}
