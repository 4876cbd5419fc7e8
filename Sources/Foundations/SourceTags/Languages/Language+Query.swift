extension Language {
    /// The patterns that tell this language's definitions and references.
    ///
    /// A pattern's captures: the whole definition `@definition.KIND` with its name `@name`, or the name alone as
    /// `@definition.KIND` or `@reference.KIND`, where KIND is a ``Tag/Kind`` or `call`. Of several patterns for one name
    /// the first in the text wins.
    package var query: [UInt8] {
        switch name {
        case "bash": PackageResources.bash_scm
        case "c": PackageResources.c_scm
        case "c-sharp": PackageResources.c_sharp_scm
        case "cpp": PackageResources.cpp_scm + PackageResources.c_scm
        case "go": PackageResources.go_scm
        case "java": PackageResources.java_scm
        case "javascript": PackageResources.javascript_scm
        case "php": PackageResources.php_scm
        case "python": PackageResources.python_scm
        case "ruby": PackageResources.ruby_scm
        case "rust": PackageResources.rust_scm
        case "swift": PackageResources.swift_scm
        case "tsx": PackageResources.typescript_scm + PackageResources.tsx_scm
        case "typescript": PackageResources.typescript_scm
        default: []
        }
    }
}
