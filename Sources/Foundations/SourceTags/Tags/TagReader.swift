/// Reads the tags of one source file; an instance may be used by one thread at a time.
package protocol TagReader: AnyObject {
    /// The tags in the order of their lines, or nil where this reader does not know the file's language.
    ///
    /// Malformed source gives the tags that can be told; it never throws for it.
    func tags(in source: [UInt8], path: String) throws(SourceTagsError) -> [Tag]?
}
