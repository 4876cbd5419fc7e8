extension ProjectFeatures {
    /// The feature that goes by a number (`3`, `003`), a name (`003-json-flag`, `json-flag`), the beginning of one, a path
    /// (`specs/003-json-flag`) or `latest`, the one with the highest number.
    ///
    /// Throws `noFeatures`, `unknownFeature` with the nearest name, or `ambiguousFeature` with all that are meant.
    package func find(_ wanted: String) throws(SpecsError) -> Feature {
        guard !features.isEmpty else {
            throw SpecsError(
                .noFeatures,
                "There are no features in \(root)/specs: make one with vencejo specs new, or go into a project that has some."
            )
        }
        if wanted == "latest", let latest = features.last(where: { $0.number != nil }) ?? features.last {
            return latest
        }
        var name = wanted[...]
        while name.hasSuffix("/") { name.removeLast() }
        if let slash = name.lastIndex(of: "/") { name = name[name.index(after: slash)...] }
        let matches = self.matches(String(name))
        if let feature = matches.first, matches.count == 1 { return feature }
        guard matches.isEmpty else {
            let names = matches.prefix(5).map(\.name).joined(separator: ", ")
            throw SpecsError(
                .ambiguousFeature,
                "'\(wanted)' may be \(matches.count) features: \(names); say one's whole name\(collides(matches) ? ", or give them numbers of their own with vencejo specs renumber" : "")."
            )
        }
        let nearest = Self.nearest(to: String(name), among: features.flatMap { [$0.name, $0.slug] })
        let hint =
            nearest.flatMap { near in features.first { $0.name == near || $0.slug == near } }
            .map { "did you mean \($0.name)?" } ?? "see vencejo specs list."
        throw SpecsError(.unknownFeature, "There is no feature '\(wanted)' in specs/: \(hint)")
    }

    /// The features of these names in their own order, all of them where there are no names.
    package func find(all wanted: [String]) throws(SpecsError) -> [Feature] {
        guard !wanted.isEmpty else { return features }
        var names: Set<String> = []
        for name in wanted { names.insert(try find(name).name) }
        return features.filter { names.contains($0.name) }
    }

    private func matches(_ name: String) -> [Feature] {
        if let exact = features.first(where: { $0.name == name }) { return [exact] }
        if !name.isEmpty, name.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(name) {
            return features.filter { $0.number == number }
        }
        let small = name.lowercased()
        let slugs = features.filter { $0.slug.lowercased() == small }
        if !slugs.isEmpty || small.count < 3 { return slugs }
        return features.filter { $0.name.lowercased().hasPrefix(small) || $0.slug.lowercased().hasPrefix(small) }
    }

    private func collides(_ matches: [Feature]) -> Bool {
        Set(matches.map(\.number)).count < matches.count
    }

    /// The one of several names that is written most like a word: at most a third of it off.
    package static func nearest(to word: String, among names: [String]) -> String? {
        let wanted = Array(word.lowercased())
        var best: (distance: Int, name: String)?
        for name in names {
            let distance = distance(wanted, Array(name.lowercased()))
            if distance <= max(2, wanted.count / 3), distance < best?.distance ?? .max { best = (distance, name) }
        }
        return best?.name
    }

    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        guard abs(one.count - other.count) <= 40 else { return .max }
        var row = Array(0...other.count)
        for (i, letter) in one.enumerated() {
            var corner = row[0]
            row[0] = i + 1
            for (j, candidate) in other.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, corner + (letter == candidate ? 0 : 1))
                corner = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[other.count]
    }
}

extension Feature {
    /// The name without its number.
    package var slug: String {
        guard number != nil else { return name }
        return String(name.drop { $0.isNumber }.dropFirst())
    }
}
