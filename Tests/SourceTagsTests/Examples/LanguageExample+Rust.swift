extension LanguageExample {
    static let rust = LanguageExample(
        path: "example.rs",
        source: #"""
            use std::collections::{HashMap, hash_map::Entry};
            use crate::money::Amount as Sum;

            pub const LIMIT: usize = 10;
            static NAME: &str = "x";

            #[derive(Debug, Clone)]
            pub struct Store<K> {
                pub items: HashMap<K, Value>,
            }

            struct Unit(u32);
            pub enum Shape { Circle(f64), Square { side: f64 }, Empty }
            type Result<T> = std::result::Result<T, Error>;

            pub trait Render: Display {
                type Output;
                const DEPTH: u8;
                fn render(&self) -> Self::Output;
                fn twice(&self) { self.render(); }
            }

            impl<K: Hash> Render for Store<K> {
                type Output = String;
                const DEPTH: u8 = 1;
                fn render(&self) -> String {
                    let local = format!("{}", helper::<K>(self));
                    Entry::new(local).build()
                }
            }

            macro_rules! square { ($x:expr) => { $x * $x }; }

            #[inline]
            pub async fn run(shape: &Shape) -> Result<()> { Ok(square!(LIMIT)) }

            mod inner {
                pub fn deep() {}
            }
            """#,
        definitions: #"""
            4-4 constant LIMIT | pub const LIMIT: usize = 10
            5-5 constant NAME | static NAME: &str = "x"
            8-10 type Store | pub struct Store<K>
              9-9 field items | pub items: HashMap<K, Value>
            12-12 type Unit | struct Unit
            13-13 type Shape | pub enum Shape
              13-13 field Circle | Circle
              13-13 field Square | Square
                13-13 field side | side: f64
              13-13 field Empty | Empty
            14-14 type Result | type Result<T> = std::result::Result<T, Error>
            16-21 interface Render | pub trait Render: Display
              17-17 type Output | type Output
              18-18 constant DEPTH | const DEPTH: u8
              19-19 method render | fn render(&self) -> Self::Output
              20-20 method twice | fn twice(&self)
            24-24 type Output | type Output = String
            25-25 constant DEPTH | const DEPTH: u8 = 1
            26-29 method render | fn render(&self) -> String
            32-32 macro square | macro_rules! square { ($x:expr) => { $x * $x }; }
            35-35 function run | pub async fn run(shape: &Shape) -> Result<()>
            37-39 module inner | mod inner
              38-38 function deep | pub fn deep()
            """#,
        references: #"""
            1 name std HashMap hash_map Entry
            2 name Amount
            7 name Debug Clone
            8 type K
            9 type HashMap K Value
            14 type T Result T Error
            14 name std
            16 type Display
            19 type Output
            20 function render
            23 type K Hash Render Store K
            24 type String
            26 type String
            27 function format
            27 name helper K
            28 name Entry local
            28 function new build
            35 type Shape Result
            35 function Ok square
            35 name LIMIT
            """#)
}
