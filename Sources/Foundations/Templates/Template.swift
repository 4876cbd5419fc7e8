/// A text with places to be filled in: `{{name}}`, `{{#if name}}…{{else}}…{{/if}}`, `{{#each name}}…{{this}}…{{/each}}`.
///
/// The same values give the same text. What is filled in is never read as template again. A line that holds nothing but
/// block tags leaves no line behind. `\{{` stands for two braces.
///
/// ```swift
/// let template = try Template("{{#each files}}\n- {{this.path}}\n{{/each}}", name: "list.md")
/// let text = try template.render(["files": .list([.record(["path": .string("a.swift")])])])
/// ```
package struct Template: Sendable {
    private let name: String
    private let parts: [TemplatePart]

    /// Reads a template.
    ///
    /// - Parameter name: what errors call the template, such as its file's name.
    package init(_ text: String, name: String) throws(TemplateError) {
        self.name = name
        var parser = try TemplateParser(text: text, name: name)
        parts = try parser.parse()
    }

    /// The values that some part of the template asks for, sorted; those of items and scopes are not among them.
    package var names: [String] { TemplatePart.names(in: parts).sorted() }

    /// Fills in the values; every name that the way through the template meets must be among them.
    package func render(_ values: [String: TemplateValue]) throws(TemplateError) -> String {
        var renderer = TemplateRenderer(name: name, values: values)
        try renderer.render(parts)
        return renderer.text
    }
}

/// What can be filled in.
package enum TemplateValue: Sendable, Hashable {
    case string(String)
    case bool(Bool)
    case list([TemplateValue])
    /// Fields asked for by `this.field`; their order does not matter, because nothing walks over them.
    case record([String: TemplateValue])

    /// Whether `{{#if}}` takes its first branch: not for an empty text, an empty list and false.
    var isTrue: Bool {
        switch self {
        case .string(let text): !text.isEmpty
        case .bool(let value): value
        case .list(let items): !items.isEmpty
        case .record: true
        }
    }
}

/// One piece of a template that has been read.
indirect enum TemplatePart: Sendable {
    case text(String)
    case value(TemplatePath)
    case condition(TemplatePath, then: [TemplatePart], otherwise: [TemplatePart])
    case each(TemplatePath, body: [TemplatePart])

    static func names(in parts: [TemplatePart]) -> Set<String> {
        parts.reduce(into: []) { names, part in
            switch part {
            case .text: break
            case .value(let path): names.formUnion(path.outerName)
            case .condition(let path, let then, let otherwise):
                names.formUnion(path.outerName)
                names.formUnion(Self.names(in: then + otherwise))
            case .each(let path, let body):
                names.formUnion(path.outerName)
                names.formUnion(Self.names(in: body))
            }
        }
    }
}

/// A name with the fields behind it, and where it stands.
struct TemplatePath: Sendable {
    var names: [String]
    var place: TemplatePlace

    var text: String { names.joined(separator: ".") }

    fileprivate var outerName: [String] { names.prefix(1).filter { $0 != "this" && $0 != "@index" } }
}

/// A place in a template, counted from 1; columns are counted in characters.
struct TemplatePlace: Sendable, Equatable {
    var line: Int
    var column: Int
}
