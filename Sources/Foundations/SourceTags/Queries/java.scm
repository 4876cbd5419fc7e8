; Java. Earlier patterns win over later ones for the same name.

(class_declaration name: (identifier) @name) @definition.type
(record_declaration name: (identifier) @name) @definition.type
(enum_declaration name: (identifier) @name) @definition.type
(interface_declaration name: (identifier) @name) @definition.interface
(annotation_type_declaration name: (identifier) @name) @definition.interface
(method_declaration name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name) @definition.method
(compact_constructor_declaration name: (identifier) @name) @definition.method
(annotation_type_element_declaration name: (identifier) @name) @definition.method
(field_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field
(constant_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.constant
(enum_constant name: (identifier) @name) @definition.field
(package_declaration (_) @name) @definition.module

(method_invocation name: (identifier) @reference.call)
(method_reference (identifier) @reference.call .)
(annotation name: (identifier) @reference.type)
(marker_annotation name: (identifier) @reference.type)
(type_identifier) @reference.type
(import_declaration (scoped_identifier name: (identifier) @reference.name))
(method_invocation object: (identifier) @reference.name)
(field_access object: (identifier) @reference.name)
(argument_list (identifier) @reference.name)
