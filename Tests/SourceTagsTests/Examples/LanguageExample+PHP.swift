extension LanguageExample {
    static let php = LanguageExample(
        path: "example.php",
        source: #"""
            <?php
            namespace Shop\Core;

            use Shop\Money\Amount;
            use function Shop\helper;

            const LIMIT = 10;

            interface Repository extends Countable { public function find(int $id): ?Order; }

            trait Logs { protected function log(string $text): void { write($text); } }

            #[Entity]
            final class Order extends Base implements Repository
            {
                use Logs;

                public const STATES = ['open'];
                private Amount $total;
                public static $count = 0, $more;

                public function __construct(private readonly Store $store) { parent::__construct(); }

                #[Pure]
                public function find(int $id): ?Order
                {
                    $local = $this->store->get($id);
                    return Order::make($local) ?? new Missing(LIMIT);
                }
            }

            enum State: string { case Open = 'open'; case Closed = 'closed'; }

            function run(Order $order) { return $order instanceof Paid; }
            """#,
        definitions: #"""
            2-2 module Shop\Core | namespace Shop\Core
            7-7 constant LIMIT | const LIMIT = 10
            9-9 interface Repository | interface Repository extends Countable
              9-9 method find | public function find(int $id): ?Order
            11-11 interface Logs | trait Logs
              11-11 method log | protected function log(string $text): void
            14-30 type Order | final class Order extends Base implements Repository
              18-18 constant STATES | public const STATES = ['open']
              19-19 field total | private Amount $total
              20-20 field count | public static $count = 0, $more
              20-20 field more | public static $count = 0, $more
              22-22 method __construct | public function __construct(private readonly Store $store)
                22-22 field store | private readonly Store $store
              25-29 method find | public function find(int $id): ?Order
            32-32 type State | enum State: string
              32-32 field Open | case Open = 'open'
              32-32 field Closed | case Closed = 'closed'
            34-34 function run | function run(Order $order)
            """#,
        references: #"""
            4 name Amount
            5 name helper
            9 type Countable Order
            11 function write
            13 type Entity
            14 type Base Repository
            16 type Logs
            19 type Amount
            22 type Store
            22 function __construct
            24 type Pure
            25 type Order
            27 function get
            28 type Order Missing
            28 function make
            34 type Order Paid
            """#)
}
