extension LanguageExample {
    static let java = LanguageExample(
        path: "example.java",
        source: #"""
            package com.example.shop;

            import java.util.List;
            import static java.util.Map.entry;

            @Entity
            @Table(name = "orders")
            public class Order extends Base<Line> implements Comparable<Order> {
                private static final int LIMIT = 10, MORE = 11;
                private List<Line> lines;

                @Inject
                public Order(List<Line> lines) {
                    this.lines = lines;
                }

                @Override
                public int compareTo(final Order other) throws ShopException {
                    int local = Helper.compare(this, other);
                    return local;
                }

                enum State { OPEN, CLOSED }
            }

            interface Repository<T> {
                int SIZE = 3;
                T find(String id);
            }

            record Point(int x, int y) {
                Point { check(x); }
                double norm() { return new Vector(x, y).norm(); }
            }

            @interface Marker { String value() default ""; }
            """#,
        definitions: #"""
            1-1 module com.example.shop | package com.example.shop
            8-24 type Order | public class Order extends Base<Line> implements Comparable<Order>
              9-9 field LIMIT | private static final int LIMIT = 10, MORE = 11
              9-9 field MORE | private static final int LIMIT = 10, MORE = 11
              10-10 field lines | private List<Line> lines
              13-15 method Order | public Order(List<Line> lines)
              18-21 method compareTo | public int compareTo(final Order other) throws ShopException
              23-23 type State | enum State
                23-23 field OPEN | OPEN
                23-23 field CLOSED | CLOSED
            26-29 interface Repository | interface Repository<T>
              27-27 constant SIZE | int SIZE = 3
              28-28 method find | T find(String id)
            31-34 type Point | record Point(int x, int y)
              32-32 method Point | Point
              33-33 method norm | double norm()
            36-36 interface Marker | @interface Marker
              36-36 method value | String value() default ""
            """#,
        references: #"""
            3 name List
            4 name entry
            6 type Entity
            7 type Table
            8 type Base Line Comparable Order
            10 type List Line
            12 type Inject
            13 type List Line
            17 type Override
            18 type Order ShopException
            19 name Helper other
            19 function compare
            26 type T
            28 type T String
            32 function check
            32 name x
            33 type Vector
            33 name x y
            33 function norm
            36 type String
            """#)
}
