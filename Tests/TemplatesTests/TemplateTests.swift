import Templates
import Testing

@Suite struct TemplateTests {
    private func render(_ text: String, _ values: [String: TemplateValue] = [:]) throws -> String {
        try Template(text, name: "t.md").render(values)
    }

    private let values: [String: TemplateValue] = [
        "name": .string("Ana"), "empty": .string(""), "yes": .bool(true), "no": .bool(false),
        "list": .list([.string("a"), .string("b")]), "none": .list([]),
        "person": .record(["name": .string("Eva"), "tags": .list([.string("x")])]),
        "files": .list([
            .record(["path": .string("a.swift"), "new": .bool(true)]),
            .record(["path": .string("b.swift"), "new": .bool(false)]),
        ]),
    ]

    @Test(
        "Places are filled in",
        arguments: [
            ("", ""), ("no tags, } { or }}", "no tags, } { or }}"), ("Hi {{name}}!", "Hi Ana!"),
            ("{{ name }}{{name}}", "AnaAna"), ("{{yes}} {{no}}", "true false"), ("{{person.name}}", "Eva"),
            ("{{#if yes}}a{{else}}b{{/if}}", "a"), ("{{#if no}}a{{else}}b{{/if}}", "b"), ("{{#if no}}a{{/if}}", ""),
            ("{{#if empty}}a{{else}}b{{/if}}{{#if none}}c{{else}}d{{/if}}{{#if person}}e{{/if}}", "bde"),
            ("{{#each list}}{{@index}}={{this}};{{/each}}", "0=a;1=b;"), ("{{#each none}}x{{/each}}", ""),
            ("{{#each list}}{{name}}{{/each}}", "AnaAna"), ("{{#each person.tags}}{{this}}{{/each}}", "x"),
            ("{{#each files}}{{this.path}}{{#if this.new}} (new){{/if}}, {{/each}}", "a.swift (new), b.swift, "),
            (
                "{{#each list}}{{#each files}}{{this.path}}{{@index}}{{/each}}{{this}}{{/each}}",
                "a.swift0b.swift1aa.swift0b.swift1b"
            ),
            ("\\{{name}} {{name}} \\{{", "{{name}} Ana {{"), ("<&>\"{{name}}", "<&>\"Ana"),
        ])
    func filling(text: String, expected: String) throws {
        #expect(try render(text, values) == expected)
    }

    @Test(
        "Lines that hold block tags only leave no line behind",
        arguments: [
            ("a\n{{#if yes}}\nb\n{{/if}}\nc\n", "a\nb\nc\n"), ("a\n{{#if no}}\nb\n{{/if}}\nc\n", "a\nc\n"),
            ("{{#if no}}\na\n{{else}}\nb\n{{/if}}\n", "b\n"), ("{{#if yes}}\na\n{{/if}}", "a\n"),
            ("- x\n{{#each list}}\n- {{this}}\n{{/each}}\n", "- x\n- a\n- b\n"),
            ("{{#if yes}}\n  {{#if yes}}\n  x\n  {{/if}}\n{{/if}}\ny", "  x\ny"),
            ("{{#each list}}\n{{#if yes}}\n{{this}}\n{{/if}}\n{{/each}}", "a\nb\n"),
            ("{{#if yes}}\r\na\r\n{{/if}}\r\nb", "a\r\nb"), ("{{#if yes}}{{#if yes}}\na\n{{/if}}{{/if}}\nb", "a\nb"),
            ("{{name}}{{#if yes}}\nb\n{{/if}}", "Ana\nb\n"), ("{{name}} {{#if no}}\n{{/if}}!", "Ana !"),
            ("x {{#if yes}}\ny\n{{/if}} z", "x \ny\n z"), ("{{#if yes}}\n\na\n\n{{/if}}\nb", "\na\n\nb"),
            ("{{empty}}\n{{name}}\n", "\nAna\n"),
        ])
    func standaloneLines(text: String, expected: String) throws {
        #expect(try render(text, values) == expected)
    }

    @Test func `What is filled in is never read as template again`() throws {
        let hostile = "{{secret}} {{#each list}}\n{{/if}} \\{{"
        let values: [String: TemplateValue] = [
            "text": .string(hostile), "list": .list([.string(hostile)]), "secret": .string("leaked"),
        ]
        #expect(try render("<{{text}}>", values) == "<\(hostile)>")
        #expect(try render("{{#each list}}{{this}}{{/each}}", values) == hostile)
    }

    @Test(
        "Faults of a template are told with their place",
        arguments: [
            ("a\n  {{name", 2, 3, "{{ is not closed on its line; write \\{{ where braces are meant"),
            ("{{}}", 1, 1, "{{}} is empty"), ("{{a b}}", 1, 1, "{{a b}} is no name"),
            ("{{a..b}}", 1, 1, "'a..b' is no name; names have letters, digits, _ and -"),
            ("{{../a}}", 1, 1, "'../a' is no name; names have letters, digits, _ and -"),
            ("x {{#unless a}}", 1, 3, "{{#unless a}} is unknown; there are {{#if name}} and {{#each name}}"),
            ("{{#if}}x{{/if}}", 1, 1, "{{#if}} takes one name"),
            ("\n{{#if a}}\nx", 2, 1, "{{#if a}} is not closed by {{/if}}"),
            ("{{#if a}}\n{{/each}}", 2, 1, "{{/each}} stands where {{/if}} should close {{#if a}} of line 1"),
            (
                "{{#each a}}{{else}}{{/each}}", 1, 12,
                "{{else}} stands where {{/each}} should close {{#each a}} of line 1"
            ),
            ("x{{/if}}", 1, 2, "{{/if}} belongs to no block that is open here"),
            ("{{else}}", 1, 1, "{{else}} belongs to no block that is open here"),
        ])
    func syntax(text: String, line: Int, column: Int, reason: String) {
        #expect(throws: TemplateError(.syntax, template: "t.md", line: line, column: column, reason: reason)) {
            try Template(text, name: "t.md")
        }
    }

    @Test(
        "Unknown names are told with the nearest one",
        arguments: [
            ("a {{nmae}}", 1, 3, "no value is given for 'nmae'; did you mean 'name'?"),
            ("\n{{#if lisst}}{{/if}}", 2, 1, "no value is given for 'lisst'; did you mean 'list'?"),
            ("{{person.naem}}", 1, 1, "'person.naem' has no field 'naem'; did you mean 'name'?"),
            ("{{person.address}}", 1, 1, "'person.address' has no field 'address'; there are name, tags"),
            ("{{this}}", 1, 1, "'this' is known inside of {{#each}} only"),
            ("{{@index}}", 1, 1, "'@index' is known inside of {{#each}} only"),
        ])
    func unknownNames(text: String, line: Int, column: Int, reason: String) {
        #expect(throws: TemplateError(.unknownName, template: "t.md", line: line, column: column, reason: reason)) {
            try render(text, values)
        }
    }

    @Test func `A name with nothing near it is told with all that there are`() {
        #expect(
            throws: TemplateError(
                .unknownName, template: "t.md", line: 1, column: 1,
                reason: "no value is given for 'zzz'; there are a, b")
        ) { try render("{{zzz}}", ["b": .bool(true), "a": .bool(true)]) }
        #expect(
            throws: TemplateError(
                .unknownName, template: "t.md", line: 1, column: 1, reason: "no value is given for 'zzz'; none is given"
            )
        ) { try render("{{zzz}}") }
    }

    @Test(
        "Values of the wrong kind are told",
        arguments: [
            ("{{list}}", "'list' is no text"), ("{{person}}", "'person' is no text"),
            ("{{#each name}}{{/each}}", "'name' is no list"),
            ("{{name.x}}", "'name.x' asks for a field of what has none"),
        ])
    func wrongKinds(text: String, reason: String) {
        #expect(throws: TemplateError(.wrongKind, template: "t.md", line: 1, column: 1, reason: reason)) {
            try render(text, values)
        }
    }

    @Test func `A template knows the names it may ask for`() throws {
        let template = try Template(
            "{{b}}{{#if a.x}}{{c}}{{else}}{{d}}{{/if}}{{#each e}}{{this.f}}{{@index}}{{g}}{{/each}}", name: "t.md")
        #expect(template.names == ["a", "b", "c", "d", "e", "g"])
    }

    @Test func `Blocks cannot nest without end`() {
        let text = String(repeating: "{{#if a}}", count: 60) + String(repeating: "{{/if}}", count: 60)
        #expect {
            try Template(text, name: "t.md")
        } throws: { error in
            "\(error)" == "t.md:1:451: blocks are nested deeper than 50 levels"
        }
    }
}
