extension TestFormat {
    /// Reads what a tool wrote.
    package func parse(_ bytes: [UInt8]) throws(ReportError) -> TestReport {
        switch self {
        case .junit: try JUnitParser.parse(bytes)
        case .goTest: try GoTestParser.parse(bytes)
        case .libtest: try LibtestParser.parse(bytes)
        case .tap: try TAPParser.parse(bytes)
        case .jest: try JestParser.parse(bytes)
        case .unittest: try UnittestParser.parse(bytes)
        }
    }
}
