import JSON

/// Applies the schemas of a table to values.
struct SchemaValidator {
    private let nodes: [SchemaNode]
    private var depth = 0
    private var steps = 0

    /// Guards the stack against values that were built deeper than a text may nest.
    private static let depthLimit = 512
    /// Guards the time against alternatives within alternatives, which multiply.
    private static let stepLimit = 2_000_000

    init(nodes: [SchemaNode]) {
        self.nodes = nodes
    }

    mutating func findings(of value: JSONValue, at path: JSONPointer, by id: SchemaNode.ID) -> [Finding] {
        let node = nodes[id]
        var report = SchemaReport(node: node, path: path)
        steps += 1
        guard depth < Self.depthLimit, steps < Self.stepLimit else {
            report.add(nil, "too deep or too large to be checked")
            return report.findings
        }
        depth += 1
        defer { depth -= 1 }
        if node.isNever { report.add(nil, "nothing is allowed here, got \(value.summary)") }
        guard checkType(value, node, &report) else { return report.findings }
        checkChoice(value, node, &report)
        switch value {
        case .integer, .number: checkNumber(value, node.numbers, &report)
        case .string(let string): checkString(string, node.strings, &report)
        case .array(let elements): checkArray(elements, node.arrays, &report)
        case .object(let object): checkObject(object, node.objects, &report)
        case .null, .bool: break
        }
        applyInPlace(value, node, &report)
        return report.findings
    }

    private mutating func isValid(_ value: JSONValue, at path: JSONPointer, by id: SchemaNode.ID) -> Bool {
        findings(of: value, at: path, by: id).isEmpty
    }

    private func checkType(_ value: JSONValue, _ node: SchemaNode, _ report: inout SchemaReport) -> Bool {
        guard !node.types.isEmpty, !node.types.contains(where: { $0.includes(value) }) else { return true }
        var message = "expected \(node.types.map(\.phrase).listed("or")), got \(value.summary)"
        if case .string(let text) = value,
            node.types.contains(.array) && text.utf8.first == UInt8(ascii: "[")
                || node.types.contains(.object) && text.utf8.first == UInt8(ascii: "{")
        {
            message += "; give the value itself, not its text in quotes"
        }
        report.addMismatch(message, of: node.types, found: value.summary)
        return false
    }

    private func checkChoice(_ value: JSONValue, _ node: SchemaNode, _ report: inout SchemaReport) {
        if let constant = node.constant, constant.normalized != value.normalized {
            report.add("const", "expected \(constant.text()), got \(value.summary)")
        }
        guard let allowed = node.allowed else { return }
        let normalized = value.normalized
        guard !allowed.contains(where: { $0.normalized == normalized }) else { return }
        var message = "expected \(Self.list(allowed.map { $0.text() }, "or")), got \(value.summary)"
        if let text = value.stringValue, let nearest = Nearest.name(to: text, among: allowed.compactMap(\.stringValue))
        {
            message += "; did you mean \(JSONValue.string(nearest).text())?"
        }
        report.add("enum", message)
    }

    private func checkNumber(_ value: JSONValue, _ limits: SchemaNode.Numbers, _ report: inout SchemaReport) {
        let found = value.text()
        if let limit = limits.minimum, value.isLess(than: limit) {
            report.add("minimum", "expected at least \(limit.text()), got \(found)")
        }
        if let limit = limits.exclusiveMinimum, !limit.isLess(than: value) {
            report.add("exclusiveMinimum", "expected more than \(limit.text()), got \(found)")
        }
        if let limit = limits.maximum, limit.isLess(than: value) {
            report.add("maximum", "expected at most \(limit.text()), got \(found)")
        }
        if let limit = limits.exclusiveMaximum, !value.isLess(than: limit) {
            report.add("exclusiveMaximum", "expected less than \(limit.text()), got \(found)")
        }
        if let divisor = limits.multipleOf, !value.isMultiple(of: divisor) {
            report.add("multipleOf", "expected a multiple of \(divisor.text()), got \(found)")
        }
    }

    private func checkString(_ text: String, _ limits: SchemaNode.Strings, _ report: inout SchemaReport) {
        if limits.minLength != nil || limits.maxLength != nil {
            let length = text.unicodeScalars.count
            report.checkCount(length, "character", limits.minLength, "minLength", limits.maxLength, "maxLength")
        }
        if let pattern = limits.pattern, !pattern.matches(text) {
            report.add(
                "pattern",
                "expected a string that matches \(pattern.source), got \(JSONValue.string(text).summary)")
        }
    }

    private mutating func checkArray(
        _ elements: [JSONValue], _ rules: SchemaNode.Arrays, _ report: inout SchemaReport
    ) {
        report.checkCount(elements.count, "element", rules.minItems, "minItems", rules.maxItems, "maxItems")
        if rules.uniqueItems, let (first, second) = Self.duplicate(in: elements) {
            report.add("uniqueItems", "the elements \(first) and \(second) are equal, but each must be there once")
        }
        for (place, element) in elements.enumerated() {
            let path = report.path.appending(place)
            if place < rules.prefixItems.count {
                report.findings += findings(of: element, at: path, by: rules.prefixItems[place])
            } else if let items = rules.items {
                guard !nodes[items].isNever else {
                    report.add(
                        "items", "expected at most \(SchemaReport.counted(place, "element")), got \(elements.count)")
                    break
                }
                report.findings += findings(of: element, at: path, by: items)
            }
        }
        guard let contains = rules.contains else { return }
        var matching = 0
        for element in elements where isValid(element, at: report.path, by: contains) { matching += 1 }
        let least = rules.minContains ?? 1
        if matching < least {
            report.add(
                "contains",
                "expected at least \(SchemaReport.counted(least, "element")) as in \(nodes[contains].path), got \(matching)"
            )
        }
        if let most = rules.maxContains, matching > most {
            report.add(
                "maxContains",
                "expected at most \(SchemaReport.counted(most, "element")) as in \(nodes[contains].path), got \(matching)"
            )
        }
    }

    private mutating func checkObject(
        _ object: JSONObject, _ rules: SchemaNode.Objects, _ report: inout SchemaReport
    ) {
        for name in rules.required where !object.contains(name) {
            report.add("required", "the property \(JSONValue.string(name).text()) is missing")
        }
        for (name, required) in rules.dependentRequired where object.contains(name) {
            for other in required where !object.contains(other) {
                report.add(
                    "dependentRequired",
                    "the property \(JSONValue.string(other).text()) is missing, which \(JSONValue.string(name).text()) needs"
                )
            }
        }
        report.checkCount(
            object.count, "property", rules.minProperties, "minProperties", rules.maxProperties, "maxProperties")
        for (name, value) in object {
            let path = report.path.appending(name)
            if let names = rules.propertyNames {
                for finding in findings(of: .string(name), at: path, by: names) {
                    report.add("propertyNames", "the name of the property is wrong: \(finding.message)", at: path)
                }
            }
            var isKnown = false
            if let property = rules.properties[name] {
                isKnown = true
                report.findings += findings(of: value, at: path, by: property)
            }
            for (pattern, property) in rules.patternProperties where pattern.matches(name) {
                isKnown = true
                report.findings += findings(of: value, at: path, by: property)
            }
            guard !isKnown, let additional = rules.additionalProperties else { continue }
            if nodes[additional].isNever {
                report.add("additionalProperties", Self.unknown(name, among: rules, in: object), at: path)
            } else {
                report.findings += findings(of: value, at: path, by: additional)
            }
        }
    }

    private static func unknown(_ name: String, among rules: SchemaNode.Objects, in object: JSONObject) -> String {
        var allowed = rules.names.map { JSONValue.string($0).text() }
        allowed += rules.patternProperties.map { "names that match \($0.pattern.source)" }
        guard !allowed.isEmpty else { return "unknown property; none are allowed" }
        var message = "unknown property; allowed are \(list(allowed, "and"))"
        // A property that is there already was not misspelt here.
        let absent = rules.names.filter { !object.contains($0) }
        if let nearest = Nearest.name(to: name, among: absent) {
            message += "; did you mean \(JSONValue.string(nearest).text())?"
        }
        return message
    }

    private static func list(_ texts: [String], _ conjunction: String) -> String {
        let shown = 30
        guard texts.count > shown else { return texts.listed(conjunction) }
        return texts.prefix(shown).joined(separator: ", ") + " \(conjunction) \(texts.count - shown) more"
    }

    private static func duplicate(in elements: [JSONValue]) -> (Int, Int)? {
        var places: [JSONValue: Int] = [:]
        for (place, element) in elements.enumerated() {
            if let first = places.updateValue(place, forKey: element.normalized) { return (first, place) }
        }
        return nil
    }
}

// MARK: - Schemas applied to the same value

extension SchemaValidator {
    private mutating func applyInPlace(_ value: JSONValue, _ node: SchemaNode, _ report: inout SchemaReport) {
        let path = report.path
        if let reference = node.reference { report.findings += findings(of: value, at: path, by: reference) }
        for part in node.allOf { report.findings += findings(of: value, at: path, by: part) }
        if !node.anyOf.isEmpty {
            let branches = branches(of: value, at: path, node.anyOf)
            if !branches.contains(where: \.isEmpty) { report.addBest(of: branches, "anyOf") }
        }
        if !node.oneOf.isEmpty {
            let branches = branches(of: value, at: path, node.oneOf)
            let matching = branches.indices.filter { branches[$0].isEmpty }
            if matching.isEmpty {
                report.addBest(of: branches, "oneOf")
            } else if matching.count > 1 {
                let forms = matching.map { String($0 + 1) }.listed("and")
                report.add("oneOf", "fits the forms \(forms), but must fit exactly one of \(branches.count)")
            }
        }
        if let not = node.not, isValid(value, at: path, by: not) {
            report.add("not", "the schema excludes this value, got \(value.summary)")
        }
        if let condition = node.condition, node.then != nil || node.otherwise != nil {
            if let next = isValid(value, at: path, by: condition) ? node.then : node.otherwise {
                report.findings += findings(of: value, at: path, by: next)
            }
        }
        if case .object(let object) = value {
            for (name, schema) in node.objects.dependentSchemas where object.contains(name) {
                report.findings += findings(of: value, at: path, by: schema)
            }
        }
    }

    private mutating func branches(
        of value: JSONValue, at path: JSONPointer, _ ids: [SchemaNode.ID]
    ) -> [[Finding]] {
        var branches: [[Finding]] = []
        for id in ids { branches.append(findings(of: value, at: path, by: id)) }
        return branches
    }
}
