import Testing

@testable import SourceTags

struct LanguageTests {
    @Test(
        "The name of a file says its language",
        arguments: [
            ("src/app.py", "python"), ("a/b.PY", "python"), ("a.tsx", "tsx"), ("a.d.ts", "typescript"),
            ("a.mjs", "javascript"),
            ("Rakefile", "ruby"), ("x/Gemfile", "ruby"), ("a.h", "c"), ("a.hpp", "cpp"), ("a.cs", "c-sharp"),
            ("script.bash", "bash"), (".bashrc", "bash"), ("a.txt", nil), ("README", nil), ("py", nil), (".py", nil),
            ("dir.py/file", nil), ("", nil),
        ])
    func byName(path: String, language: String?) {
        #expect(Language.of(path: path)?.name == language)
    }

    @Test(
        "The first line says the language where the name does not",
        arguments: [
            ("#!/bin/sh\necho", "bash"), ("#!/usr/bin/env python3\n", "python"),
            ("#! /usr/bin/python3.11 -u\r\n", "python"),
            ("#!/usr/bin/env -S node --x\n", "javascript"), ("#!/usr/bin/env A=1 ruby\n", "ruby"), ("#!", nil),
            ("#!/usr/bin/env\n", nil), ("#!/usr/bin/perl\n", nil), ("echo", nil), ("", nil),
        ])
    func byFirstLine(source: String, language: String?) {
        #expect(Language.of(path: "bin/tool", source: Array(source.utf8))?.name == language)
    }

    @Test(
        "A header is C++ where one of its lines is",
        arguments: [
            ("#pragma once\nint add(int);\n", "c"), ("#pragma once\nnamespace shop {\n}\n", "cpp"),
            ("  class Order;\n", "cpp"), ("template <typename T> T max(T);\n", "cpp"), ("/* a class */\n", "c"),
        ])
    func headers(source: String, language: String) {
        #expect(Language.of(path: "a.h", source: Array(source.utf8))?.name == language)
    }

    @Test("No extension, name or query belongs to two languages or none")
    func distinct() {
        let extensions = Language.all.flatMap(\.extensions)
        #expect(Set(extensions).count == extensions.count)
        #expect(Language.all.allSatisfy { !$0.query.isEmpty && $0.extensions.allSatisfy { $0 == $0.lowercased() } })
    }

    @Test("The choice of a reader follows what is there")
    func choice() {
        let without = TagReaderChoice(library: GrammarLibrary(folders: []))
        #expect(without.reader(of: "a.py") == .identifiers)
        #expect(without.reader(of: "a.kt") == .identifiers)
        #expect(without.reader(of: "a.txt") == nil)
        #expect(TagReaderChoice(library: GrammarLibrary(folders: []), hasCtags: true).reader(of: "a.lua") == .ctags)
    }

    @Test(
        "A grammar goes before everything else",
        .enabled(if: GrammarFolder.isReady, "the grammars are not built: run scripts/grammars"),
        arguments: Language.all)
    func grammarFirst(language: Language) throws {
        let choice = TagReaderChoice(library: GrammarFolder.library, hasCtags: true)
        let ending = try #require(language.extensions.first)
        #expect(choice.reader(of: "a.\(ending)") == .treeSitter(language))
    }
}
