import SourceTags

/// All definitions and references of a tree in numbers: what ranking and symbol search work on.
struct TagGraph: Sendable {
    struct Definition: Sendable {
        var name: Int32
        var file: Int32
        var line: Int32
        var lastLine: Int32
        var kind: Tag.Kind
        var depth: UInt8
        /// Whether only its own file can use it: its signature says so, or it lies in a function.
        var isPrivate: Bool
        /// Where the signature lies in the file's archive.
        var signature: Range<Int32>
    }

    struct Use: Sendable {
        var name: Int32
        var count: Int32
    }

    let files: [IndexedFile]
    private(set) var names = NameTable()
    /// File after file, in each in the order of the lines.
    private(set) var definitions: [Definition] = []
    /// File after file.
    private(set) var uses: [Use] = []
    /// Where each file's definitions and uses begin, and behind the last one where they end.
    private(set) var definitionStarts: [Int] = [0]
    private(set) var useStarts: [Int] = [0]
    /// The definitions of each name, ordered: those of name `n` are at `nameStarts[n]..<nameStarts[n + 1]`.
    private(set) var nameStarts: [Int] = []
    private(set) var byName: [Int32] = []

    init(_ files: [IndexedFile]) {
        self.files = files
        for file in files.indices { add(file) }
        sortByName()
    }

    func definitionsOfFile(_ file: Int) -> Range<Int> { definitionStarts[file]..<definitionStarts[file + 1] }
    func usesOfFile(_ file: Int) -> Range<Int> { useStarts[file]..<useStarts[file + 1] }

    /// The definitions of a name in the order of files and lines.
    func definitions(named name: Int32) -> ArraySlice<Int32> {
        byName[nameStarts[Int(name)]..<nameStarts[Int(name) + 1]]
    }

    func signature(_ definition: Definition) -> String {
        let archive = files[Int(definition.file)].tags
        return archive.text(Int(definition.signature.lowerBound)..<Int(definition.signature.upperBound))
    }

    private mutating func add(_ file: Int) {
        let archive = files[file].tags
        var local: [Int32] = []
        var found: [Definition] = []
        var counts: [Int32: Int32] = [:]
        var used: [Int32] = []
        var table = names
        names = NameTable()
        archive.read(
            names: { local.append(table.intern(archive.bytes[$0])) },
            definitions: { definition in
                found.append(
                    Definition(
                        name: local[definition.name], file: Int32(file), line: Int32(clamping: definition.line),
                        lastLine: Int32(clamping: definition.lastLine), kind: definition.kind,
                        depth: UInt8(clamping: definition.depth),
                        isPrivate: Self.isPrivate(archive.bytes[definition.signature]),
                        signature: Int32(definition.signature.lowerBound)..<Int32(definition.signature.upperBound)))
            },
            references: { reference in
                let name = local[reference.name]
                if counts[name] == nil { used.append(name) }
                counts[name, default: 0] += Int32(clamping: reference.lines.count)
            })
        names = table
        // Readers give them by line already; equal lines keep their order.
        var enclosing: [(depth: UInt8, isFunction: Bool)] = []
        definitions += found.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map { item in
                var definition = item.element
                while let last = enclosing.last, last.depth >= definition.depth { enclosing.removeLast() }
                let isLocal = enclosing.last?.isFunction ?? false
                definition.isPrivate = definition.isPrivate || isLocal
                let isFunction = isLocal || definition.kind == .function || definition.kind == .method
                enclosing.append((definition.depth, isFunction))
                return definition
            }
        uses += used.map { Use(name: $0, count: counts[$0] ?? 1) }
        definitionStarts.append(definitions.count)
        useStarts.append(uses.count)
    }

    private static let privateWords = ["private", "fileprivate"].map { Array($0.utf8) }

    private static func isPrivate(_ signature: ArraySlice<UInt8>) -> Bool {
        signature.split(separator: 0x20, maxSplits: 3).prefix(3).contains { word in
            privateWords.contains { word.elementsEqual($0) }
        }
    }

    private mutating func sortByName() {
        var starts = Array(repeating: 0, count: names.count + 1)
        for definition in definitions { starts[Int(definition.name) + 1] += 1 }
        for name in 0..<names.count { starts[name + 1] += starts[name] }
        nameStarts = starts
        byName = Array(repeating: 0, count: definitions.count)
        for (index, definition) in definitions.enumerated() {
            byName[starts[Int(definition.name)]] = Int32(index)
            starts[Int(definition.name)] += 1
        }
    }
}
