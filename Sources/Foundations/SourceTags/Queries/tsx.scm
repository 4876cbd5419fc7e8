
; The elements of TSX, which TypeScript alone does not know.
(jsx_opening_element name: (identifier) @reference.name)
(jsx_self_closing_element name: (identifier) @reference.name)
