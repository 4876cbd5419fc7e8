extension LanguageExample {
    static let python = LanguageExample(
        path: "example.py",
        source: #"""
            """Billing."""
            import os, decimal as dec
            from billing.money import Money, Rate as TaxRate
            from . import ledger

            VAT: Rate = Rate(21)
            low, high = 1, 2
            Handler = Callable[[Request], None]
            type Alias = dict[str, Invoice]


            class Invoice(Base, Generic[T], metaclass=Meta):
                """One bill."""

                currency = "EUR"
                total: Money | None = None

                def __init__(self, lines: list[Line]) -> None:
                    local = compute(lines)
                    self.lines = local

                @property
                def due(
                    self,
                    on: Date = today(),
                ) -> Money:
                    return self.lines.sum()

                class Error(ValueError):
                    pass


            @retry(times=3)
            async def charge(invoice: "Invoice", *, by: models.Card) -> Receipt:
                def inner():
                    return ledger.post(invoice)

                try:
                    return inner()
                except Timeout as error:
                    raise Failed(error, default_code)


            def señal(größe): return größe
            """#,
        definitions: #"""
            6-6 constant VAT | VAT: Rate = Rate(21)
            7-7 constant low | low
            7-7 constant high | high
            8-8 constant Handler | Handler = Callable[[Request], None]
            9-9 type Alias | type Alias = dict[str, Invoice]
            12-30 type Invoice | class Invoice(Base, Generic[T], metaclass=Meta)
              15-15 field currency | currency = "EUR"
              16-16 field total | total: Money | None = None
              18-20 method __init__ | def __init__(self, lines: list[Line]) -> None
              23-27 method due | def due(self, on: Date = today()) -> Money
              29-30 type Error | class Error(ValueError)
            34-41 function charge | async def charge(invoice: "Invoice", *, by: models.Card) -> Receipt
              35-36 function inner | def inner()
            44-44 function señal | def señal(größe)
            """#,
        references: #"""
            2 name os
            3 name Money Rate
            4 name ledger
            6 type Rate
            6 function Rate
            9 type dict str Invoice
            12 type Base Generic
            12 name Meta
            16 type Money
            18 type list Line
            19 function compute
            19 name lines
            20 name local
            22 function property
            25 type Date
            25 function today
            26 type Money
            27 function sum
            29 type ValueError
            33 function retry
            34 name models
            34 type Card Receipt
            36 name ledger invoice
            36 function post
            39 function inner
            40 type Timeout
            41 function Failed
            41 name error default_code
            44 name größe
            """#)
}
