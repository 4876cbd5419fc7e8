/// How complex the functions of a project are.
package struct ComplexityReport: Codable, Hashable, Sendable {
    /// In the order of the tool.
    package var functions: [FunctionComplexity]

    package init(functions: [FunctionComplexity] = []) {
        self.functions = functions
    }

    /// Functions above a bound, the most complex first.
    package func above(_ bound: Int) -> [FunctionComplexity] {
        functions.filter { $0.cyclomatic > bound }.sorted { $0.cyclomatic > $1.cyclomatic }
    }

    package static func merging(_ reports: some Sequence<ComplexityReport>) -> ComplexityReport {
        ComplexityReport(functions: reports.flatMap(\.functions))
    }
}

/// The measure of one function.
package struct FunctionComplexity: Codable, Hashable, Sendable {
    package var file: String
    /// With its class or receiver: `Stack.push`.
    package var name: String
    /// From 1.
    package var line: Int
    /// Nil where the tool does not say.
    package var endLine: Int?
    /// Ways through the function: 1 and one more for every branch.
    package var cyclomatic: Int

    package init(file: String, name: String, line: Int, endLine: Int? = nil, cyclomatic: Int) {
        self.file = file
        self.name = name
        self.line = line
        self.endLine = endLine
        self.cyclomatic = cyclomatic
    }

    /// The lines from the first to the last.
    package var lines: Int? { endLine.map { $0 >= line ? $0 - line + 1 : 1 } }
}
