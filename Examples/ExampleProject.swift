/// The small project that `vencejo demo` works on, and the session that was recorded on it.
package enum ExampleProject {
    package static let request = "Add a --json flag to the list command"

    /// The files by their paths in the project.
    package static let files: [(path: String, text: String)] = [
        ("todo.py", text(PackageResources.todo_py)), ("store.py", text(PackageResources.store_py)),
        ("README.md", text(PackageResources.README_md)), ("tests/test_todo.py", text(PackageResources.test_todo_py)),
        ("tests/test_store.py", text(PackageResources.test_store_py)),
    ]

    /// The recorded session, one JSON object a line.
    package static let session = text(PackageResources.todo_session_jsonl)

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
