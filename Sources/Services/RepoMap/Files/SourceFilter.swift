/// Which files are worth reading for a map, told by their paths and their first bytes.
///
/// Left out are, wherever they lie:
/// - folders of other people's code and of tools: see ``folders``;
/// - lock files, minified and bundled scripts, and what names itself generated: see ``names`` and ``suffixes``;
/// - pictures, fonts, archives, media, documents and tables of data: see ``extensions``;
/// - files larger than ``largest``, binary files, files whose head says that they are generated, and files with lines
///   so long that nobody has written them.
enum SourceFilter {
    /// In bytes.
    static let largest = 1 << 20

    static let folders: Set<String> = [
        ".git", ".hg", ".svn", ".jj", "node_modules", "bower_components", "jspm_packages", "vendor", "third_party",
        "third-party", "thirdparty", "3rdparty", "Pods", "Carthage", "site-packages", "dist-packages", ".venv", "venv",
        "virtualenv", "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs", ".gradle",
        ".idea", ".vscode", ".cache", ".terraform", ".next", ".nuxt", ".svelte-kit", ".build", ".swiftpm",
        "DerivedData", "deps_cache",
    ]

    /// Folders of built things; in a git repository they count when git tracks what is in them.
    static let builtFolders: Set<String> = ["build", "dist", "target", "out", "bin", "obj", "coverage", "htmlcov"]

    static let names: Set<String> = [
        "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lockb", "go.sum", "go.work.sum",
        "package.resolved", "packages.lock.json", "project.assets.json", "gradle.lockfile", "mix.lock", ".ds_store",
    ]

    static let suffixes: [String] = [
        ".lock", ".min.js", ".min.css", ".min.mjs", "-min.js", ".bundle.js", ".chunk.js", ".map", ".pb.go", ".pb.cc",
        ".pb.h", ".pb.swift", ".grpc.swift", "_pb2.py", "_pb2_grpc.py", "_pb2.pyi", "_pb.js", "_pb.d.ts", ".g.dart",
        ".freezed.dart", ".designer.cs", ".g.cs", "_generated.go", ".gen.go", ".generated.ts", ".generated.swift",
        ".snap",
    ]

    static let extensions: Set<String> = [
        "png", "jpg", "jpeg", "gif", "bmp", "ico", "icns", "webp", "avif", "tif", "tiff", "svg", "psd", "ttf", "otf",
        "woff", "woff2", "eot", "zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar", "tar", "jar", "war", "whl", "mp3",
        "mp4", "wav", "ogg", "flac", "webm", "mov", "avi", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt",
        "csv", "tsv", "jsonl", "ndjson", "parquet", "arrow", "npy", "npz", "pkl", "h5", "onnx", "pt", "safetensors",
        "gguf", "bin", "dat", "db", "sqlite", "sqlite3", "so", "dylib", "dll", "exe", "a", "o", "obj", "lib", "class",
        "pyc", "pyo", "pyd", "wasm", "log", "out", "patch", "diff", "txt", "mo", "po", "pot", "ipynb", "geojson",
    ]

    /// Whether the path may be a source file; `isTracked` tells that git keeps it.
    static func wants(_ path: String, isTracked: Bool) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard let last = parts.last else { return false }
        for folder in parts.dropLast() where !wantsFolder(String(folder), isTracked: isTracked) { return false }
        let name = last.lowercased()
        if names.contains(name) { return false }
        if let dot = name.lastIndex(of: "."), dot != name.startIndex,
            extensions.contains(String(name[name.index(after: dot)...]))
        {
            return false
        }
        return !suffixes.contains { name.hasSuffix($0) }
    }

    static func wantsFolder(_ name: String, isTracked: Bool) -> Bool {
        !folders.contains(name) && (isTracked || !builtFolders.contains(name))
    }

    /// Whether the bytes are text that a person has written.
    static func wants(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return false }
        let head = bytes.prefix(8192)
        if head.contains(0) { return false }
        if bytes.count > 20_000 {
            let lines = bytes.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
            if bytes.count / lines > 300 { return false }
        }
        return !saysGenerated(bytes.prefix(1024))
    }

    private static let marks = ["@generated", "DO NOT EDIT", "do not edit by hand"].map { Array($0.utf8) }

    private static func saysGenerated(_ head: ArraySlice<UInt8>) -> Bool {
        marks.contains { mark in
            guard head.count >= mark.count else { return false }
            return head.indices.dropLast(mark.count - 1).contains { start in
                head[start] == mark[0] && head[start..<start + mark.count].elementsEqual(mark)
            }
        }
    }
}
