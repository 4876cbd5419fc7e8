extension CoverageFormat {
    /// Reads what a tool wrote; paths are those of the tool.
    package func parse(_ bytes: [UInt8]) throws(ReportError) -> CoverageReport {
        switch self {
        case .cobertura: try CoberturaParser.parse(bytes)
        case .lcov: try LCOVParser.parse(bytes)
        case .goCover: try GoCoverParser.parse(bytes)
        case .coveragePy: try CoveragePyParser.parse(bytes)
        case .llvmCov: try LLVMCovParser.parse(bytes)
        }
    }
}
