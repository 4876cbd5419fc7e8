extension LanguageExample {
    static let go = LanguageExample(
        path: "example.go",
        source: #"""
            package store

            import (
            	"fmt"
            	"example.com/money"
            )

            const Limit = 10

            const (
            	A Color = iota
            	B
            )

            var ErrGone, ErrFull = errors.New("gone"), errors.New("full")

            type Color int
            type Alias = money.Amount

            type (
            	Reader interface {
            		Read(key string) (Value, error)
            		fmt.Stringer
            	}
            	Pair struct{ left, right int }
            )

            // Store keeps values.
            type Store[K comparable] struct {
            	mu   sync.Mutex
            	data map[string]Value
            	*Base
            }

            func New[K comparable](size int) *Store[K] {
            	local := &Store[K]{data: make(map[string]Value, size)}
            	return local
            }

            func (s *Store[K]) Read(key string) (Value, error) {
            	defer s.mu.Unlock()
            	return s.data[normal(key)], fmt.Errorf("x %v", ErrGone)
            }
            """#,
        definitions: #"""
            1-1 module store | package store
            8-8 constant Limit | Limit = 10
            11-11 constant A | A Color = iota
            12-12 constant B | B
            15-15 constant ErrGone | ErrGone, ErrFull = errors.New("gone"), errors.New("full")
            15-15 constant ErrFull | ErrGone, ErrFull = errors.New("gone"), errors.New("full")
            17-17 type Color | type Color int
            18-18 type Alias | Alias = money.Amount
            21-24 interface Reader | Reader interface
              22-22 method Read | Read(key string) (Value, error)
            25-25 type Pair | Pair struct
              25-25 field left | left, right int
              25-25 field right | left, right int
            29-33 type Store | type Store[K comparable] struct
              30-30 field mu | mu sync.Mutex
              31-31 field data | data map[string]Value
            35-38 function New | func New[K comparable](size int) *Store[K]
            40-43 method Read | func (s *Store[K]) Read(key string) (Value, error)
            """#,
        references: #"""
            11 type Color
            15 name errors errors
            15 function New New
            17 type int
            18 type Amount
            22 type string Value error
            23 type Stringer
            25 type int
            29 type comparable
            30 type Mutex
            31 type string Value
            32 type Base
            35 type comparable int Store K
            36 type Store K string Value
            36 function make
            36 name size
            40 type Store K string Value error
            41 name s
            41 function Unlock
            42 name s key fmt ErrGone
            42 function normal Errorf
            """#)
}
