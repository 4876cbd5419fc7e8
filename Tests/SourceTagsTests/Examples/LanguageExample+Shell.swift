extension LanguageExample {
    static let shell = LanguageExample(
        path: "example.sh",
        source: #"""
            #!/usr/bin/env bash
            set -euo pipefail
            readonly ROOT=$(pwd)
            LIMIT=10
            export MODE="fast"

            # Says it.
            say() {
                local words=$1
                printf '%s\n' "$words"
            }

            function build {
                INSIDE=1
                say "building ${MODE} in $ROOT"
            }

            if [[ $LIMIT -gt 1 ]]; then build | tee log; fi
            """#,
        definitions: #"""
            3-3 constant ROOT | readonly ROOT=$(pwd)
            4-4 constant LIMIT | LIMIT=10
            5-5 constant MODE | export MODE="fast"
            8-11 function say | say()
            13-16 function build | function build
            """#,
        references: #"""
            2 function set
            3 function pwd
            10 function printf
            10 name words
            15 function say
            15 name MODE ROOT
            18 name LIMIT
            18 function build tee
            """#)
}
