extension FindingsFormat {
    /// Reads what a tool wrote; no output is no findings only in the formats of plain text.
    /// - Parameters:
    ///   - tool: the name of the tool where the format does not say, as that of compilers.
    ///   - version: the version of the tool where the format does not say.
    package func parse(
        _ bytes: [UInt8], tool: String? = nil, version: String? = nil
    ) throws(ReportError) -> FindingsReport {
        var findings: [Finding] =
            switch self {
            case .sarif: try SARIFParser.parse(bytes)
            case .ruff: try PythonFindings.ruff(bytes)
            case .bandit: try PythonFindings.bandit(bytes)
            case .pipAudit: try PythonFindings.pipAudit(bytes)
            case .eslint: try NodeFindings.eslint(bytes)
            case .npmAudit: try NodeFindings.npmAudit(bytes)
            case .goVet: try GoFindings.vet(bytes)
            case .staticcheck: try GoFindings.staticcheck(bytes)
            case .govulncheck: try GoFindings.govulncheck(bytes)
            case .rustc: try RustFindings.rustc(bytes)
            case .cargoAudit: try RustFindings.audit(bytes)
            case .gitleaks: try ScannerFindings.gitleaks(bytes)
            case .semgrep: try ScannerFindings.semgrep(bytes)
            case .compilerText: try CompilerText.parse(bytes, tool: tool ?? "compiler")
            case .swiftFormat: try CompilerText.parse(bytes, tool: "swift-format")
            }
        if let version {
            for place in findings.indices where findings[place].toolVersion == nil {
                findings[place].toolVersion = version
            }
        }
        return FindingsReport(findings: findings)
    }
}
