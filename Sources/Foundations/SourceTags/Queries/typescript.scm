; TypeScript and TSX. Earlier patterns win over later ones for the same name.

(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(function_signature name: (identifier) @name) @definition.function
(class_declaration name: (type_identifier) @name) @definition.type
(abstract_class_declaration name: (type_identifier) @name) @definition.type
(interface_declaration name: (type_identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.type
(type_alias_declaration name: (type_identifier) @name) @definition.type
(internal_module name: (_) @name) @definition.module
(module name: (identifier) @name) @definition.module

(class_body (method_definition name: [(property_identifier) (private_property_identifier)] @name) @definition.method)
(class_body (abstract_method_signature name: (property_identifier) @name) @definition.method)
(class_body (public_field_definition
  name: [(property_identifier) (private_property_identifier)] @name) @definition.field)
(interface_body (method_signature name: (property_identifier) @name) @definition.method)
(interface_body (property_signature name: (property_identifier) @name) @definition.field)
(enum_body name: (property_identifier) @definition.field)
(enum_body (enum_assignment name: (property_identifier) @name) @definition.field)

(program (_ (variable_declarator
  name: (identifier) @name value: [(arrow_function) (function_expression) (generator_function)]) @definition.function))
(program (export_statement (_ (variable_declarator
  name: (identifier) @name value: [(arrow_function) (function_expression) (generator_function)]) @definition.function)))
(program (_ (variable_declarator name: (identifier) @name) @definition.constant))
(program (export_statement (_ (variable_declarator name: (identifier) @name) @definition.constant)))

(call_expression function: (identifier) @reference.call)
(call_expression function: (member_expression property: (property_identifier) @reference.call))
(new_expression constructor: (identifier) @reference.type)
(new_expression constructor: (member_expression property: (property_identifier) @reference.type))
(extends_clause value: (identifier) @reference.type)
(extends_clause value: (member_expression property: (property_identifier) @reference.type))
(decorator (identifier) @reference.call)
(type_identifier) @reference.type

(import_specifier name: (identifier) @reference.name)
(import_clause (identifier) @reference.name)
(export_specifier name: (identifier) @reference.name)
(arguments (identifier) @reference.name)
(member_expression object: (identifier) @reference.name)
(pair value: (identifier) @reference.name)
(shorthand_property_identifier) @reference.name
