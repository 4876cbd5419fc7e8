extension LanguageExample {
    static let cSharp = LanguageExample(
        path: "example.cs",
        source: #"""
            using System;
            using System.Collections.Generic;

            namespace Shop.Core
            {
                public delegate void Changed(object sender);

                [Serializable]
                public abstract class Order<T> : Base<T>, IOrder where T : Line
                {
                    public const int Limit = 10;
                    private readonly List<Line> _lines = new List<Line>();
                    public event Changed OnChange;

                    public Order(int size) : base(size) { }

                    [Obsolete]
                    public Money Total { get; private set; }

                    public override async Task<Money> SumAsync(IReader reader)
                    {
                        var local = await reader.ReadAsync<Line>(Limit);
                        return Helper.Sum(local);
                    }
                }

                public interface IOrder { Money Total { get; } void Clear(); }
                public enum State { Open, Closed = 2 }
                public record Point(int X, int Y);
                public struct Size { public int Width; }
            }
            """#,
        definitions: #"""
            4-31 module Shop.Core | namespace Shop.Core
              6-6 type Changed | public delegate void Changed(object sender)
              9-25 type Order | public abstract class Order<T> : Base<T>, IOrder where T : Line
                11-11 field Limit | public const int Limit = 10
                12-12 field _lines | private readonly List<Line> _lines = new List<Line>()
                13-13 field OnChange | public event Changed OnChange
                15-15 method Order | public Order(int size) : base(size)
                18-18 field Total | public Money Total
                20-24 method SumAsync | public override async Task<Money> SumAsync(IReader reader)
              27-27 interface IOrder | public interface IOrder
                27-27 field Total | Money Total
                27-27 method Clear | void Clear()
              28-28 type State | public enum State
                28-28 field Open | Open
                28-28 field Closed | Closed = 2
              29-29 type Point | public record Point(int X, int Y)
              30-30 type Size | public struct Size
                30-30 field Width | public int Width
            """#,
        references: #"""
            1 name System
            2 name Generic
            8 type Serializable
            9 type Base T IOrder
            12 type List Line List Line
            13 type Changed
            15 name size
            17 type Obsolete
            18 type Money
            20 type Task Money IReader
            22 name reader Limit
            22 function ReadAsync
            22 type Line
            23 name Helper local
            23 function Sum
            27 type Money
            """#)
}
