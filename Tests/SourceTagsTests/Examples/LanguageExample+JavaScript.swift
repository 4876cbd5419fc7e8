extension LanguageExample {
    static let javaScript = LanguageExample(
        path: "example.js",
        source: #"""
            import React, { useState as state } from 'react';
            const { join } = require('path');

            export const LIMIT = 10;
            let cache = new Map();
            export const add = (a, b) => a + b;
            const legacy = function () { return helper(LIMIT); };

            export default class Cart extends Store.Base {
              #items = [];
              static rate = 2;

              constructor(owner) {
                super(owner);
              }

              get total() {
                const sum = this.#items.reduce(add, 0);
                return sum;
              }

              async *pages() {}
            }

            export function render(props) {
              const inner = () => 1;
              return <Panel title={props.title}><Row /></Panel>;
            }

            function* ids() { yield next(); }
            module.exports.legacy = function () {};
            export { legacy as old };
            """#,
        definitions: #"""
            4-4 constant LIMIT | LIMIT = 10
            5-5 constant cache | cache = new Map()
            6-6 function add | add = (a, b) =>
            7-7 function legacy | legacy = function ()
            9-23 type Cart | class Cart extends Store.Base
              10-10 field #items | #items = []
              11-11 field rate | static rate = 2
              13-15 method constructor | constructor(owner)
              17-20 method total | get total()
              22-22 method pages | async *pages()
            25-28 function render | function render(props)
            30-30 function ids | function* ids()
            31-31 function legacy | module.exports.legacy = function ()
            """#,
        references: #"""
            1 name React useState
            2 function require
            5 type Map
            7 function helper
            7 name LIMIT
            9 name Store
            9 type Base
            14 name owner
            18 function reduce
            18 name add
            27 name Panel props Row
            30 function next
            31 name module
            32 name legacy
            """#)
}
