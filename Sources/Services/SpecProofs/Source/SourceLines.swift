/// A source file cut into lines, which know their indentation and whether they are comment or text of several lines.
struct SourceLines: Sendable, Hashable {
    enum Role: UInt8, Sendable, Hashable {
        case code, blank, comment
        /// Begins inside of a text or comment of several lines, so that its indentation says nothing.
        case inner
    }

    let bytes: [UInt8]
    let style: SourceStyle
    /// Without line ends.
    private(set) var ranges: [Range<Int>] = []
    private(set) var indents: [Int] = []
    private(set) var roles: [Role] = []

    init(_ bytes: [UInt8], style: SourceStyle) {
        self.bytes = bytes
        self.style = style
        cut()
        if !mark(longTexts: true) { _ = mark(longTexts: false) }
    }

    var count: Int { ranges.count }

    /// The line without white space at either end.
    func content(_ line: Int) -> ArraySlice<UInt8> {
        var range = ranges[line]
        while let first = range.first, bytes[first] == 32 || bytes[first] == 9 { range = first + 1..<range.upperBound }
        return bytes[range].trimmingEnd
    }

    func text(_ line: Int) -> String { String(decoding: content(line), as: UTF8.self) }

    private mutating func cut() {
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 10 { end += 1 }
            let last = end > start && bytes[end - 1] == 13 ? end - 1 : end
            ranges.append(start..<last)
            var width = 0
            var place = start
            while place < last, bytes[place] == 32 || bytes[place] == 9 {
                width += bytes[place] == 9 ? 4 - width % 4 : 1
                place += 1
            }
            indents.append(width)
            roles.append(place == last ? .blank : .code)
            start = end + 1
        }
    }

    /// Finds comments and long texts; false where a long text is never closed, which then was none.
    private mutating func mark(longTexts: Bool) -> Bool {
        var open: Open?
        for line in ranges.indices {
            let isBlank = content(line).isEmpty
            if open != nil { roles[line] = isBlank ? .blank : .inner } else { roles[line] = isBlank ? .blank : .code }
            if open == nil, !isBlank, isComment(content(line)) {
                roles[line] = .comment
                continue
            }
            scan(ranges[line], &open, longTexts)
            if case .comment = open, roles[line] == .code, content(line).starts(with: Self.blockStart) {
                roles[line] = .comment
            }
        }
        if case .text = open { return false }
        return true
    }

    private enum Open: Equatable {
        case comment
        case text([UInt8])
    }

    private static let blockStart = Array("/*".utf8)
    private static let blockEnd = Array("*/".utf8)

    private func isComment(_ content: ArraySlice<UInt8>) -> Bool {
        if style.lineComments.contains(where: { content.starts(with: $0) }) {
            // `#[test]` and `#!` of Rust, `#include` and `#if` are code.
            return content.first != 35 || style.family != .cLike || content.dropFirst().first != 91
        }
        return style.hasBlockComments && content.starts(with: Self.blockStart)
            && content.suffix(2).elementsEqual(Self.blockEnd)
    }

    private func scan(_ range: Range<Int>, _ open: inout Open?, _ longTexts: Bool) {
        var index = range.lowerBound
        while index < range.upperBound {
            let rest = bytes[index..<range.upperBound]
            switch open {
            case .comment:
                if rest.starts(with: Self.blockEnd) {
                    open = nil
                    index += 1
                }
            case .text(let mark):
                if bytes[index] == 92 {
                    index += 1
                } else if rest.starts(with: mark) {
                    open = nil
                    index += mark.count - 1
                }
            case nil:
                if style.hasBlockComments, rest.starts(with: Self.blockStart) {
                    open = .comment
                    index += 1
                } else if style.lineComments.contains(where: { rest.starts(with: $0) }), isApart(index, range) {
                    return
                } else if longTexts, let mark = style.longTexts.first(where: { rest.starts(with: $0) }) {
                    open = .text(mark)
                    index += mark.count - 1
                } else if bytes[index] == 34 || bytes[index] == 39 {
                    index = skipText(from: index, to: range.upperBound)
                }
            }
            index += 1
        }
    }

    /// Whether a mark such as `#` begins a comment here, and is no part of a word or an address.
    private func isApart(_ index: Int, _ range: Range<Int>) -> Bool {
        index == range.lowerBound || bytes[index - 1] == 32 || bytes[index - 1] == 9
            || (style.family == .cLike && bytes[index - 1] != UInt8(ascii: ":"))
    }

    /// Where a short text ends; where it does not end on its line it is none, as in `don't` and Rust's `'a`.
    private func skipText(from start: Int, to end: Int) -> Int {
        var index = start + 1
        while index < end {
            if bytes[index] == 92 { index += 1 } else if bytes[index] == bytes[start] { return index }
            index += 1
        }
        return start
    }
}

extension ArraySlice<UInt8> {
    var trimmingEnd: ArraySlice<UInt8> {
        var end = endIndex
        while end > startIndex, self[end - 1] == 32 || self[end - 1] == 9 { end -= 1 }
        return self[startIndex..<end]
    }
}

extension UInt8 {
    var isLetter: Bool { (self | 0x20) >= 97 && (self | 0x20) <= 122 }
    var isDigit: Bool { self >= 48 && self <= 57 }
    var isWord: Bool { isLetter || isDigit || self == 95 || self >= 128 }
}
