extension LanguageExample {
    static let cpp = LanguageExample(
        path: "example.cpp",
        source: #"""
            #include <vector>
            namespace shop::core {

            template <typename T>
            concept Priced = requires(T t) { t.price(); };

            using Id = std::uint64_t;
            constexpr int kLimit = 10;

            template <typename T>
            class Store : public Base<T>, private Locker {
            public:
                explicit Store(int size);
                ~Store();
                T &at(Id id) const { return items_.at(id); }
                virtual void clear() = 0;
                bool operator==(const Store &other) const;
                enum class State { Open, Closed };
            private:
                std::vector<T> items_;
                int *raw_;
            };

            struct Point { double x, y; };

            template <typename T>
            Store<T>::Store(int size) { resize(size); }

            template <typename T>
            void Store<T>::clear() { items_.clear(); std::sort<T>(raw_); }

            Point &Order::at(int i) { return make_unique<Point>(i); }

            int sum(const std::vector<int> &all) {
                Point local{1, 2};
                return core::fold(all, local);
            }

            }  // namespace
            """#,
        definitions: #"""
            2-39 module core | namespace shop::core
              5-5 interface Priced | concept Priced = requires(T t)
              7-7 type Id | using Id = std::uint64_t
              8-8 constant kLimit | constexpr int kLimit = 10
              11-22 type Store | class Store : public Base<T>, private Locker
                13-13 method Store | explicit Store(int size)
                14-14 method ~Store | ~Store()
                15-15 method at | T &at(Id id) const
                16-16 method clear | virtual void clear() = 0
                17-17 method operator== | bool operator==(const Store &other) const
                18-18 type State | enum class State
                  18-18 constant Open | Open
                  18-18 constant Closed | Closed
                20-20 field items_ | std::vector<T> items_
                21-21 field raw_ | int *raw_
              24-24 type Point | struct Point
                24-24 field x | double x, y
                24-24 field y | double x, y
              27-27 method Store | Store<T>::Store(int size)
              30-30 method clear | void Store<T>::clear()
              32-32 method at | Point &Order::at(int i)
              34-37 function sum | int sum(const std::vector<int> &all)
            """#,
        references: #"""
            2 name shop
            4 type T
            5 type T
            5 function price
            7 name std
            7 type uint64_t
            10 type T
            11 type Base T Locker
            15 type T Id
            15 function at
            15 name id
            17 type Store
            20 name std
            20 type vector T
            26 type T
            27 type Store T
            27 function resize
            27 name size
            29 type T
            30 type Store T T
            30 function clear sort
            30 name std raw_
            32 type Point Point
            32 name Order i
            32 function make_unique
            34 name std
            34 type vector
            35 type Point
            36 name core all local
            36 function fold
            """#)
}
