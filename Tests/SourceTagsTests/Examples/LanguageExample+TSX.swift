extension LanguageExample {
    static let tsx = LanguageExample(
        path: "example.tsx",
        source: #"""
            import { FC } from 'react';

            interface Props { title: string }

            export const Card: FC<Props> = ({ title }) => (
              <Panel onClick={close}><Title.Text>{title}</Title.Text></Panel>
            );

            export function App() { return <Card title="a" />; }
            """#,
        definitions: #"""
            3-3 interface Props | interface Props
              3-3 field title | title: string
            5-7 function Card | Card: FC<Props> = ({ title }) =>
            9-9 function App | function App()
            """#,
        references: #"""
            1 name FC
            5 type FC Props
            6 name Panel Title Title
            9 name Card
            """#)
}
