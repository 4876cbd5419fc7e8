/// How much a mention of a name says about the code, told by the name alone.
enum NameWeight {
    /// Words that every program uses for its own things.
    static let common: Set<String> = [
        "get", "set", "run", "main", "init", "new", "test", "name", "value", "data", "key", "id", "type", "self",
        "this", "args", "kwargs", "item", "items", "list", "map", "index", "next", "add", "remove", "update", "delete",
        "create", "start", "stop", "open", "close", "read", "write", "print", "string", "length", "count", "size",
        "call", "apply", "setup", "teardown", "result", "error", "config", "options", "default", "description",
        "__init__", "__str__", "__repr__", "__len__", "__eq__", "__call__", "__enter__", "__exit__", "__iter__",
        "toString", "equals", "hashCode", "constructor", "render", "clone", "from", "into", "fmt", "drop", "append",
        "join",
        "split", "json", "uuid", "push", "pop", "insert", "extend", "keys", "values", "copy", "strip", "replace",
        "format",
        "sort", "filter", "find", "exists", "path", "info", "debug", "warning", "log", "first", "last", "contains",
        "clear",
        "load", "dump", "dumps", "loads", "text", "message", "status", "isEmpty", "prefix", "send", "wait",
    ]

    /// What a type has because its language or a protocol of the standard library asks for it: it tells nothing of the code.
    static let witnesses: Set<String> = [
        "init", "deinit", "hash", "encode", "decode", "makeIterator", "reserveCapacity", "singleValueContainer",
        "unkeyedContainer", "container", "nestedContainer", "debugDescription", "hashValue", "__init__", "__new__",
        "__del__", "__str__", "__repr__", "__len__", "__eq__", "__ne__", "__lt__", "__hash__", "__iter__", "__next__",
        "__enter__", "__exit__", "__aenter__", "__aexit__", "__contains__", "__getitem__", "__setitem__", "__bool__",
        "toString", "equals", "hashCode", "compareTo", "constructor", "valueOf", "toJSON", "String", "Error", "fmt",
        "drop", "clone", "eq", "cmp", "partial_cmp", "default", "to_s", "inspect", "initialize", "ToString", "Equals",
        "GetHashCode", "Dispose", "__construct", "__toString", "operator",
    ]

    /// 1 for an ordinary name; between 0.02 for a letter and 4 for a long one made of several words.
    static func weight(_ name: ArraySlice<UInt8>) -> Double {
        let count = name.count
        if count <= 1 { return 0.02 }
        let text = String(decoding: name, as: UTF8.self)
        if witnesses.contains(text) { return 0.01 }
        if common.contains(text) { return 0.1 }
        var weight = count == 2 ? 0.1 : count == 3 ? 0.4 : 1
        if name.first == UInt8(ascii: "_") { weight *= 0.1 }
        if hasSeveralWords(name) { return count >= 8 ? weight * 4 : weight }
        // One word in small letters is as often a variable of the user's own.
        return name.contains { $0 < UInt8(ascii: "a") } ? weight : weight * 0.4
    }

    /// `snakeCase`, `snake_case`, `kebab-case`.
    private static func hasSeveralWords(_ name: ArraySlice<UInt8>) -> Bool {
        var hasLower = false
        var hasUpper = false
        var hasMark = false
        for byte in name {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): hasLower = true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): hasUpper = true
            case UInt8(ascii: "_"), UInt8(ascii: "-"): hasMark = true
            default: break
            }
        }
        return hasMark ? hasLower || hasUpper : hasLower && hasUpper
    }
}
