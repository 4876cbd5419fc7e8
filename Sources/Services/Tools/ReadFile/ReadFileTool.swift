package import Conversation
import Files
package import JSON
import Policy

/// Reads a text file, whole or a range of lines, with line numbers; an image is shown to models that take images.
package struct ReadFileTool: Tool {
    /// More is cut, and the model is told how to read on.
    private static let longestAnswer = 60_000
    private static let largestFile = 8 << 20

    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "read_file", description: String(decoding: PackageResources.ReadFileTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                [
                    "path": ToolSchema.text("Relative to the workspace."),
                    "from_line": ToolSchema.integer("The first line to read, from 1.", minimum: 1),
                    "line_count": ToolSchema.integer("How many lines to read.", minimum: 1),
                ], required: ["path"]))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        let typed = arguments["path"]?.stringValue ?? ""
        switch context.locate(typed, for: .read) {
        case .failure(let fault):
            return .answer(.error(fault.text))
        case .success(let location):
            do throws(FileError) {
                if let image = try Self.image(at: location.path, named: location.relative, in: context) {
                    return .answer(image)
                }
                let text = try FileSystem.readText(location.path, limit: Self.largestFile)
                let from = arguments["from_line"]?.intValue ?? 1
                return .answer(
                    Self.excerpt(text, path: location.relative, from: from, count: arguments["line_count"]?.intValue))
            } catch {
                return .answer(.error(error.message))
            }
        }
    }

    /// What is said of an image, or nil for a file that is none.
    private static func image(
        at path: FilePath, named name: String, in context: ToolContext
    ) throws(FileError) -> ToolOutput? {
        let bytes = try FileSystem.readBytes(path, limit: largestFile)
        let header: ImageHeader
        switch ImageHeader.find(in: bytes) {
        case .noImage: return nil
        case .unusable(let what):
            // A text may begin like a GIF or a BMP.
            guard bytes.contains(0) || String(validating: bytes, as: UTF8.self) == nil else { return nil }
            return .error("\(name) is \(what); PNG, JPEG and WebP can be shown, so convert it first")
        case .image(let found): header = found
        }
        let kind = header.format.rawValue.dropFirst(6).uppercased()
        let what = "\(name) is a \(kind) image of \(header.width) × \(header.height) pixels"
        if case .refused(let model) = context.images {
            return .error(
                "\(what), which cannot be shown: \(model) takes no images. Go on without it, or ask the user what it shows."
            )
        }
        guard bytes.count <= ImageHeader.largestFile else {
            return .error("\(what) and \(bytes.count) bytes; at most \(ImageHeader.largestFile) bytes can be shown")
        }
        guard max(header.width, header.height) <= ImageHeader.longestSide else {
            return .error("\(what); at most \(ImageHeader.longestSide) pixels a side can be shown, so scale it down")
        }
        return ToolOutput(
            text: "\(what); it is shown below.", outcome: .ok,
            image: ToolImage(name: name, header: header, bytes: bytes))
    }

    private static func excerpt(_ text: String, path: String, from: Int, count: Int?) -> ToolOutput {
        guard !text.isEmpty else { return .ok("\(path) is empty") }
        let lines = TextFileLines.split(text)
        guard from <= lines.count else {
            return .error("\(path) has \(lines.count) lines; line \(from) is past its end")
        }
        let end = from - 1 + min(count ?? lines.count, lines.count - from + 1)
        var answer = ""
        var next = from
        while next <= end {
            let line = "\(next)\t\(lines[next - 1])\n"
            guard answer.utf8.count + line.utf8.count <= longestAnswer || answer.isEmpty else { break }
            answer += String(line.prefix(longestAnswer))
            next += 1
        }
        if next <= lines.count { answer += "(\(path) has \(lines.count) lines; read on with from_line \(next))" }
        return .ok(answer)
    }
}
