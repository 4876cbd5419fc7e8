/// Leads requests to handlers by path and method.
///
///     var router = Router(middleware: [log])
///     router.get("/health") { _ in .text("ok") }
///     router.group("/v1", middleware: [requireKey]) { v1 in
///         v1.get("/models/{model...}") { request in
///             try await show(request.parameters.value("model", as: String.self))
///         }
///     }
///     let handler = router.handler()
///
/// A path that leads nowhere is refused with 404, a method that its path does not have with 405 and `Allow`. `HEAD`
/// goes to the handler of `GET`, whose body is left out; `OPTIONS` is answered with `Allow`; a route of its own for
/// either goes before. Routes are told apart by segments: `/a/` is not `/a`. Mistakes in patterns trap at once.
package struct Router: Sendable {
    private var table = RouteTable()
    private let middleware: [Middleware]
    /// What a group adds to its routes.
    private var prefix = ""
    private var groupMiddleware: [Middleware] = []

    /// - Parameter middleware: Stands before every request, also those that are refused with 404 and 405, whose
    ///   ``Refusal`` it may catch; the first is the outermost.
    package init(middleware: [Middleware] = []) {
        self.middleware = middleware
    }

    /// Adds a route.
    package mutating func on(_ method: Method, _ path: String, _ handler: @escaping Handler) {
        table.add(method, prefix + path, Self.wrap(handler, in: groupMiddleware))
    }

    package mutating func get(_ path: String, _ handler: @escaping Handler) { on(.get, path, handler) }
    package mutating func post(_ path: String, _ handler: @escaping Handler) { on(.post, path, handler) }
    package mutating func put(_ path: String, _ handler: @escaping Handler) { on(.put, path, handler) }
    package mutating func patch(_ path: String, _ handler: @escaping Handler) { on(.patch, path, handler) }
    package mutating func delete(_ path: String, _ handler: @escaping Handler) { on(.delete, path, handler) }

    /// Adds routes below a path, behind middleware of their own; that sees only requests that a route takes.
    package mutating func group(
        _ path: String, middleware: [Middleware] = [], _ add: (inout Router) -> Void
    ) {
        let (outerPrefix, outerMiddleware) = (prefix, groupMiddleware)
        prefix += path
        groupMiddleware += middleware
        add(&self)
        (prefix, groupMiddleware) = (outerPrefix, outerMiddleware)
    }

    /// The handler that does all this.
    package func handler() -> Handler {
        let table = table
        return Self.wrap({ try await Self.lead($0, table) }, in: middleware)
    }

    private static func wrap(_ handler: @escaping Handler, in middleware: [Middleware]) -> Handler {
        middleware.reversed().reduce(handler) { inner, outer in { request in try await outer(request, inner) } }
    }

    private static func lead(_ request: Request, _ table: RouteTable) async throws -> Response {
        guard let match = try table.find(request.path) else {
            throw Refusal(.notFound, "There is nothing at \(request.path).")
        }
        let method = request.method
        guard let route = match.routes[method] ?? (method == .head ? match.routes[.get] : nil) else {
            let allowed: HeaderFields = ["allow": allow(match.routes)]
            if method == .options { return Response(.noContent, headers: allowed) }
            throw Refusal(
                .methodNotAllowed, "\(method) is not possible at \(request.path).", headers: allowed)
        }
        guard !route.names.isEmpty else { return try await route.handler(request) }
        var request = request
        request.parameters = PathParameters(names: route.names, values: match.values)
        return try await route.handler(request)
    }

    private static func allow(_ routes: [Method: RouteTable.Route]) -> String {
        var methods = Set(routes.keys.map(\.rawValue))
        if methods.contains("GET") { methods.insert("HEAD") }
        methods.insert("OPTIONS")
        return methods.sorted().joined(separator: ", ")
    }
}
