/// How complex the functions of a project are.
package struct ComplexityReport: Codable, Hashable, Sendable {
    /// In the order of the tool.
    package var functions: [FunctionComplexity]
    /// Files that the tool could not read, so that nothing is known of them.
    package var unread: [String]
    /// The most that was allowed when this was judged; nil where nothing was held to it.
    package var limit: Int?

    package init(functions: [FunctionComplexity] = [], unread: [String] = [], limit: Int? = nil) {
        self.functions = functions
        self.unread = unread
        self.limit = limit
    }

    /// Functions above the limit, the most complex first; none where there is no limit.
    package var aboveLimit: [FunctionComplexity] { limit.map(above) ?? [] }

    /// Functions above a bound, the most complex first.
    package func above(_ bound: Int) -> [FunctionComplexity] {
        functions.filter { $0.cyclomatic > bound }.sorted { $0.cyclomatic > $1.cyclomatic }
    }

    package static func merging(_ reports: some Sequence<ComplexityReport>) -> ComplexityReport {
        ComplexityReport(
            functions: reports.flatMap(\.functions), unread: reports.flatMap(\.unread),
            limit: reports.compactMap(\.limit).min())
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
