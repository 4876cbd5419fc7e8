; What C++ adds to C, whose patterns follow. Earlier patterns win over later ones for the same name.

(field_declaration_list
  (declaration declarator: (function_declarator declarator: (identifier) @name)) @definition.method)
(field_declaration_list
  (function_definition declarator: (function_declarator declarator: (identifier) @name)) @definition.method)
(class_specifier name: (type_identifier) @name body: (_)) @definition.type
(class_specifier name: (template_type name: (type_identifier) @name) body: (_)) @definition.type
(struct_specifier name: (template_type name: (type_identifier) @name) body: (_)) @definition.type
(alias_declaration name: (type_identifier) @name) @definition.type
(concept_definition name: (identifier) @name) @definition.interface
(namespace_definition name: (namespace_identifier) @name) @definition.module
(namespace_definition name: (nested_namespace_specifier (namespace_identifier) @name .)) @definition.module

(function_definition declarator: (function_declarator
  declarator: [(field_identifier) (destructor_name) (operator_name)] @name)) @definition.method
(function_definition declarator: (_ (function_declarator
  declarator: [(field_identifier) (destructor_name) (operator_name)] @name))) @definition.method
(function_definition declarator: (function_declarator
  declarator: (qualified_identifier name: [(identifier) (destructor_name) (operator_name)] @name))) @definition.method
(function_definition declarator: (function_declarator declarator: (qualified_identifier
  name: (qualified_identifier name: [(identifier) (destructor_name) (operator_name)] @name)))) @definition.method
(function_definition declarator: (_ (function_declarator
  declarator: (qualified_identifier name: [(identifier) (operator_name)] @name)))) @definition.method
(function_definition declarator: (reference_declarator (function_declarator declarator: (identifier) @name)))
  @definition.function
(field_declaration declarator: (function_declarator declarator: [(field_identifier) (operator_name)] @name))
  @definition.method
(field_declaration declarator: (_ (function_declarator declarator: [(field_identifier) (operator_name)] @name)))
  @definition.method
(declaration declarator: (function_declarator declarator: [(destructor_name) (operator_name)] @name))
  @definition.method
(namespace_definition body: (declaration_list
  (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.constant))
(namespace_definition body: (declaration_list (declaration declarator: (identifier) @name) @definition.constant))

(call_expression function: (qualified_identifier name: (identifier) @reference.call))
(call_expression function: (template_function name: (identifier) @reference.call))
(call_expression function: (qualified_identifier name: (template_function name: (identifier) @reference.call)))
(using_declaration (qualified_identifier name: (identifier) @reference.name))
(namespace_identifier) @reference.name

