; PHP. Earlier patterns win over later ones for the same name.

(function_definition name: (name) @name) @definition.function
(method_declaration name: (name) @name) @definition.method
(class_declaration name: (name) @name) @definition.type
(enum_declaration name: (name) @name) @definition.type
(interface_declaration name: (name) @name) @definition.interface
(trait_declaration name: (name) @name) @definition.interface
(namespace_definition name: (namespace_name) @name) @definition.module
(enum_case name: (name) @name) @definition.field
(property_declaration (property_element (variable_name (name) @name))) @definition.field
(property_promotion_parameter name: (variable_name (name) @name)) @definition.field
(const_declaration (const_element (name) @name)) @definition.constant

(function_call_expression function: (name) @reference.call)
(function_call_expression function: (qualified_name (name) @reference.call))
(member_call_expression name: (name) @reference.call)
(nullsafe_member_call_expression name: (name) @reference.call)
(scoped_call_expression name: (name) @reference.call)
(scoped_call_expression scope: (name) @reference.type)
(class_constant_access_expression . (name) @reference.type)
(object_creation_expression (name) @reference.type)
(object_creation_expression (qualified_name (name) @reference.type))
(base_clause (name) @reference.type)
(base_clause (qualified_name (name) @reference.type))
(class_interface_clause (name) @reference.type)
(class_interface_clause (qualified_name (name) @reference.type))
(use_declaration (name) @reference.type)
(named_type (name) @reference.type)
(named_type (qualified_name (name) @reference.type))
(attribute (name) @reference.type)
(namespace_use_clause (qualified_name (name) @reference.name))
(namespace_use_clause (name) @reference.name)
(binary_expression operator: "instanceof" right: (name) @reference.type)
