extension LanguageExample {
    static let c = LanguageExample(
        path: "example.c",
        source: #"""
            #include <stdio.h>
            #define LIMIT 10
            #define SQUARE(x) ((x) * (x))

            typedef struct node {
                int value;
                struct node *next;
                char name[8];
            } node_t;

            typedef int (*compare_fn)(const void *, const void *);
            typedef unsigned long word;
            enum color { RED, GREEN = 2 };
            union cell { int i; float f; };

            static int counter = 0;
            const char *names[] = { "a" };
            extern int shared;

            int add(int a, int b);
            static inline node_t *push(node_t *head, int value)
            {
                node_t *fresh = malloc(sizeof(node_t));
                fresh->value = SQUARE(value);
                head->ops->insert(fresh, head);
                return fresh;
            }

            int main(void) { return add(LIMIT, counter); }
            """#,
        definitions: #"""
            2-2 macro LIMIT | #define LIMIT 10
            3-3 macro SQUARE | #define SQUARE(x) ((x) * (x))
            5-9 type node | struct node
              6-6 field value | int value
              7-7 field next | struct node *next
              8-8 field name | char name[8]
            9-9 type node_t | typedef struct node
            11-11 type compare_fn | typedef int (*compare_fn)(const void *, const void *)
            12-12 type word | typedef unsigned long word
            13-13 type color | enum color
              13-13 constant RED | RED
              13-13 constant GREEN | GREEN = 2
            14-14 type cell | union cell
              14-14 field i | int i
              14-14 field f | float f
            16-16 constant counter | static int counter = 0
            18-18 constant shared | extern int shared
            20-20 function add | int add(int a, int b)
            21-27 function push | static inline node_t *push(node_t *head, int value)
            29-29 function main | int main(void)
            """#,
        references: #"""
            7 type node
            21 type node_t node_t
            23 type node_t
            23 function malloc
            24 function SQUARE
            24 name value
            25 function insert
            25 name fresh head
            26 name fresh
            29 function add
            29 name LIMIT counter
            """#)
}
