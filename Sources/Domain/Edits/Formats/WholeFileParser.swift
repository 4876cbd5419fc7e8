/// Reads whole files: a path, then the content in a code fence.
struct WholeFileParser {
    static func parse(_ input: PatchText) -> EditPlan {
        var plan = EditPlan(format: .wholeFile, operations: [])
        var line = 0
        var end = 0
        while line < input.count {
            guard let fence = input.fence(line) else {
                line += 1
                continue
            }
            let start = line
            let close = closing(of: fence, from: start + 1, in: input)
            var content = Array(input.lines[(start + 1)..<close])
            var path =
                PathLine.inFence(fence.info) ?? SearchReplaceParser.pathAbove(start, downTo: end, in: input, last: "")
            // Some put the path on the first line in the fence.
            if path == nil, let first = content.first {
                let text = String(decoding: first, as: UTF8.self)
                if text.contains("/") || text.contains("."), !text.contains(" "), !text.contains("(") {
                    path = text
                    content.removeFirst()
                }
            }
            if let path {
                plan.operations.append(
                    EditOperation(path: path, change: .write(PatchText.joined(content)), line: start + 1))
            } else {
                plan.problems.append(
                    EditFailure(
                        .badPath, path: "", line: start + 1, "the block names no file",
                        "Send the path on the line above the code fence."))
            }
            line = close + 1
            end = line
        }
        if plan.operations.isEmpty, plan.problems.isEmpty {
            plan.problems.append(
                EditFailure(
                    .unreadable, path: "", line: 1, "there is no file in a code fence",
                    "Send the path on a line of its own, then the whole content in a code fence."))
        }
        return plan
    }

    /// The line of the closing fence, or the end of the input where it is missing.
    private static func closing(of fence: PatchText.Fence, from start: Int, in input: PatchText) -> Int {
        var depth = 0
        for line in start..<max(start, input.count) {
            guard let other = input.fence(line), other.mark == fence.mark else { continue }
            if !other.info.isEmpty {
                if other.length <= fence.length { depth += 1 }
            } else if depth > 0 {
                depth -= 1
            } else if other.length >= fence.length {
                return line
            }
        }
        // Without its fence the last block ends where the text does.
        return input.count
    }
}
