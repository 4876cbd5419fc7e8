; Shell scripts. Earlier patterns win over later ones for the same name.

(function_definition name: (word) @name) @definition.function
(program (variable_assignment name: (variable_name) @name) @definition.constant)
(program (declaration_command (variable_assignment name: (variable_name) @name)) @definition.constant)

(command name: (command_name (word) @reference.call))
(simple_expansion (variable_name) @reference.name)
(expansion (variable_name) @reference.name)
