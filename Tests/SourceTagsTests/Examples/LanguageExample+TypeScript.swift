extension LanguageExample {
    static let typeScript = LanguageExample(
        path: "example.ts",
        source: #"""
            import { Item, type Price } from './item';

            export interface Repository<T> extends Readable {
              readonly name: string;
              find(id: Id): Promise<T>;
            }

            export type Id = string | number;
            export enum Color { Red, Green = 2 }

            @Injectable({ scope: 'app' })
            export abstract class Service<T extends Item> extends Base<T> implements Repository<T> {
              private readonly cache: Cache = new Cache();

              constructor(private store: Store) {
                super();
              }

              abstract load(): void;

              public async find(id: Id): Promise<T> {
                const local = await this.store.get<T>(id);
                return local ?? fallback(id);
              }
            }

            export const handler: Handler = async (event) => dispatch(event);
            export const VERSION = '1';
            declare function ambient(x: number): void;
            namespace Shapes { export class Circle {} }
            export default function main(): void {}
            function over(a: string): void;
            function over(a: any) {}
            """#,
        definitions: #"""
            3-6 interface Repository | interface Repository<T> extends Readable
              4-4 field name | readonly name: string
              5-5 method find | find(id: Id): Promise<T>
            8-8 type Id | type Id = string | number
            9-9 type Color | enum Color
              9-9 field Red | Red
              9-9 field Green | Green = 2
            12-25 type Service | abstract class Service<T extends Item> extends Base<T> implements Repository<T>
              13-13 field cache | private readonly cache: Cache = new Cache()
              15-17 method constructor | constructor(private store: Store)
              19-19 method load | abstract load(): void
              21-24 method find | public async find(id: Id): Promise<T>
            27-27 function handler | handler: Handler = async (event) =>
            28-28 constant VERSION | VERSION = '1'
            29-29 function ambient | function ambient(x: number): void
            30-30 module Shapes | namespace Shapes
              30-30 type Circle | class Circle
            31-31 function main | function main(): void
            32-32 function over | function over(a: string): void
            33-33 function over | function over(a: any)
            """#,
        references: #"""
            1 name Item Price
            3 type T Readable
            5 type Id Promise T
            11 function Injectable
            12 type T Item Base T Repository T
            13 type Cache Cache
            15 type Store
            21 type Id Promise T
            22 type T
            22 name id
            23 function fallback
            23 name id
            27 type Handler
            27 function dispatch
            27 name event
            """#)
}
