; Python. Earlier patterns win over later ones for the same name.

(class_definition
  body: (block (function_definition name: (identifier) @name) @definition.method))
(class_definition
  body: (block (decorated_definition definition: (function_definition name: (identifier) @name) @definition.method)))
(function_definition name: (identifier) @name) @definition.function
(class_definition name: (identifier) @name) @definition.type
(type_alias_statement . (type (identifier) @name)) @definition.type

(module (expression_statement (assignment left: (identifier) @name) @definition.constant))
(module (expression_statement (assignment left: (pattern_list (identifier) @definition.constant))))
(class_definition
  body: (block (expression_statement (assignment left: (identifier) @name) @definition.field)))

(call function: (identifier) @reference.call)
(call function: (attribute attribute: (identifier) @reference.call))
(decorator (identifier) @reference.call)
(decorator (attribute attribute: (identifier) @reference.call))

(class_definition superclasses: (argument_list (identifier) @reference.type))
(class_definition superclasses: (argument_list (attribute attribute: (identifier) @reference.type)))
(class_definition superclasses: (argument_list (subscript value: (identifier) @reference.type)))
(type (identifier) @reference.type)
(type (attribute attribute: (identifier) @reference.type))
(type (subscript value: (identifier) @reference.type subscript: (identifier) @reference.type))
(type (subscript value: (attribute attribute: (identifier) @reference.type)))
(type (generic_type (identifier) @reference.type))
(type (binary_operator (identifier) @reference.type))
(except_clause (identifier) @reference.type)
(except_clause (as_pattern . (identifier) @reference.type))

(import_from_statement name: (dotted_name (identifier) @reference.name .))
(import_from_statement name: (aliased_import name: (dotted_name (identifier) @reference.name .)))
(import_statement name: (dotted_name (identifier) @reference.name .))
(argument_list (identifier) @reference.name)
(keyword_argument value: (identifier) @reference.name)
(assignment right: (identifier) @reference.name)
(attribute object: (identifier) @reference.name)
(return_statement (identifier) @reference.name)
