extension String {
    /// The text, or its start and end around a mark where it has more bytes than that.
    func capped(_ limit: Int) -> String {
        guard utf8.count > limit else { return self }
        let mark = "\n… cut …\n"
        let half = max((limit - mark.utf8.count) / 2, 0)
        let head = unicodeScalars[..<scalarPlace(half)]
        let tail = unicodeScalars[scalarPlace(utf8.count - half)...]
        return String(head) + mark + String(tail)
    }

    /// The place of the scalar that a byte belongs to.
    private func scalarPlace(_ byte: Int) -> Index {
        var place = utf8.index(startIndex, offsetBy: byte)
        while place > startIndex, String.Index(place, within: unicodeScalars) == nil {
            place = utf8.index(before: place)
        }
        return place
    }
}
