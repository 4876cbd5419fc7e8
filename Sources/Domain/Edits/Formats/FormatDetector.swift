/// Tells a text's format by the first marker that belongs to one.
enum FormatDetector {
    static func format(of input: PatchText) -> EditFormat? {
        var hasFence = false
        for line in 0..<input.count {
            guard let first = input.lines[line].first(where: { !TextLines.isSpace($0) }) else { continue }
            switch first {
            case UInt8(ascii: "*"):
                if PatchEnvelopeParser.isMarker(input, line) { return .patchEnvelope }
            case UInt8(ascii: "<"):
                if ConflictMarker(input.lines[line])?.kind == .search { return .searchReplace }
            case UInt8(ascii: "d"):
                if input.starts(line, with: "diff --git ") { return .unifiedDiff }
            case UInt8(ascii: "-"):
                if UnifiedDiffParser.isFileHeader(input, line) { return .unifiedDiff }
            case UInt8(ascii: "`"), UInt8(ascii: "~"):
                hasFence = hasFence || input.fence(line) != nil
            default: break
            }
        }
        return hasFence ? .wholeFile : nil
    }
}
