package import Conversation
package import JSON
import Policy

/// Finds where a name is defined, or where it is used.
package struct FindSymbolTool: Tool {
    private static let pageSize = 100

    private let symbols: any SymbolSource

    package init(symbols: any SymbolSource) {
        self.symbols = symbols
    }

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "find_symbol", description: String(decoding: PackageResources.FindSymbolTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                [
                    "name": ToolSchema.text("The name of a function, type, method, constant or the like."),
                    "references": ToolSchema.boolean("Find where it is used rather than where it is defined."),
                    "path": ToolSchema.string("Only below this folder or in this file, relative to the workspace."),
                    "page": ToolSchema.integer("Which \(Self.pageSize) places to show, from 1.", minimum: 1),
                ], required: ["name"]))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        let name = arguments["name"]?.stringValue ?? ""
        let typed = arguments["path"]?.stringValue ?? "."
        let location: ToolContext.Location
        switch context.locate(typed.isEmpty ? "." : typed, for: .read) {
        case .failure(let fault): return .answer(.error(fault.text))
        case .success(let found): location = found
        }
        let role: SymbolPlace.Role = arguments["references"]?.boolValue == true ? .references : .definitions
        let places: [SymbolPlace]
        do {
            places = try await symbols.places(of: name, role, in: context.root, paths: context.paths)
                .filter { Self.lies($0.path, in: location.relative) }
        } catch let error as CancellationError {
            throw error
        } catch {
            return .answer(.error("the symbols could not be searched: \(error)"))
        }
        guard !places.isEmpty else {
            return .answer(.ok("no \(role.rawValue) of \(name); `search` finds any text"))
        }
        let page = Page(number: arguments["page"]?.intValue, size: Self.pageSize)
        return .answer(
            page.output(of: places, named: role.rawValue, hint: "give a path") { shown in
                shown.map(Self.line).joined(separator: "\n")
            })
    }

    private static func lies(_ path: String, in folder: String) -> Bool {
        folder == "." || path == folder || path.hasPrefix(folder + "/")
    }

    private static func line(_ place: SymbolPlace) -> String {
        guard !place.signature.isEmpty else { return "\(place.path):\(place.line): \(place.name)" }
        let lines = place.lastLine > place.line ? "\(place.line)-\(place.lastLine)" : "\(place.line)"
        return "\(place.path):\(lines): \(place.kind) \(place.name) | \(place.signature)"
    }
}
