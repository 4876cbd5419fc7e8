; Ruby. Earlier patterns win over later ones for the same name.

(class body: (body_statement (method name: (_) @name) @definition.method))
(module body: (body_statement (method name: (_) @name) @definition.method))
(singleton_class body: (body_statement (method name: (_) @name) @definition.method))
(singleton_method name: (_) @name) @definition.method
(method name: (_) @name) @definition.function
(class name: (constant) @name) @definition.type
(class name: (scope_resolution name: (constant) @name)) @definition.type
(module name: (constant) @name) @definition.module
(module name: (scope_resolution name: (constant) @name)) @definition.module
(assignment left: (constant) @name) @definition.constant
(class body: (body_statement (call
  !receiver method: (identifier) arguments: (argument_list (simple_symbol) @definition.field))))

(call method: [(identifier) (constant)] @reference.call)
(superclass (constant) @reference.type)
(superclass (scope_resolution name: (constant) @reference.type))
(scope_resolution name: (constant) @reference.type)
(constant) @reference.type
(body_statement (identifier) @reference.call)
(argument_list (identifier) @reference.name)
