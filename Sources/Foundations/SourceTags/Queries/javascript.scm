; JavaScript and JSX. Earlier patterns win over later ones for the same name.

(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(class_declaration name: (identifier) @name) @definition.type
(class_body (method_definition name: [(property_identifier) (private_property_identifier)] @name) @definition.method)
(class_body (field_definition property: [(property_identifier) (private_property_identifier)] @name) @definition.field)

(program (_ (variable_declarator
  name: (identifier) @name value: [(arrow_function) (function_expression) (generator_function)]) @definition.function))
(program (export_statement (_ (variable_declarator
  name: (identifier) @name value: [(arrow_function) (function_expression) (generator_function)]) @definition.function)))
(program (_ (variable_declarator name: (identifier) @name value: (class)) @definition.type))
(program (_ (variable_declarator name: (identifier) @name) @definition.constant))
(program (export_statement (_ (variable_declarator name: (identifier) @name) @definition.constant)))
(program (expression_statement (assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: [(arrow_function) (function_expression)]) @definition.function))

(call_expression function: (identifier) @reference.call)
(call_expression function: (member_expression property: (property_identifier) @reference.call))
(call_expression function: (member_expression object: (identifier) @reference.name))
(new_expression constructor: (identifier) @reference.type)
(new_expression constructor: (member_expression property: (property_identifier) @reference.type))
(class_heritage (identifier) @reference.type)
(class_heritage (member_expression property: (property_identifier) @reference.type))
(jsx_opening_element name: (identifier) @reference.name)
(jsx_self_closing_element name: (identifier) @reference.name)

(import_specifier name: (identifier) @reference.name)
(import_clause (identifier) @reference.name)
(export_specifier name: (identifier) @reference.name)
(arguments (identifier) @reference.name)
(member_expression object: (identifier) @reference.name)
(pair value: (identifier) @reference.name)
(shorthand_property_identifier) @reference.name
