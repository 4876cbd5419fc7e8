import QualityReports

/// Outputs as the tools write them, shortened, for every format.
enum Fixtures {
    static let pytest = #"""
        <?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="1.6"><testcase classname="" name="tests.test_import" time="0.000"><error message="collection failure">ImportError
        E   ModuleNotFoundError</error></testcase><testcase classname="tests.test_calc" name="test_param[1]" time="0.001" /><testcase classname="tests.test_calc" name="test_param[2]" file="tests/test_calc.py" line="17" time="1,000.5"><failure message="AssertionError: not one&#10;assert 2 == 1">&gt;  assert a == 1</failure><system-out><![CDATA[some output]]></system-out></testcase><testcase classname="tests.test_calc.TestStack" file="tests/test_calc.py" name="test_skipped" time="0.000"><skipped type="pytest.skip" message="not now">why</skipped></testcase></testsuite></testsuites>
        """#
    static let goTest = #"""
        {"Action":"start","Package":"example.com/m"}
        {"Action":"run","Package":"example.com/m","Test":"TestAdd"}
        {"Action":"output","Package":"example.com/m","Test":"TestAdd","Output":"=== RUN   TestAdd\n"}
        {"Action":"output","Package":"example.com/m","Test":"TestAdd","Output":"    add_test.go:6: got 3\n"}
        {"Action":"output","Package":"example.com/m","Test":"TestAdd","Output":"--- FAIL: TestAdd (0.25s)\n"}
        {"Action":"fail","Package":"example.com/m","Test":"TestAdd","Elapsed":0.25}
        {"Action":"run","Package":"example.com/m","Test":"TestOK"}
        {"Action":"pass","Package":"example.com/m","Test":"TestOK","Elapsed":0}
        {"Action":"fail","Package":"example.com/m","Elapsed":0.3}
        {"ImportPath":"example.com/m/b","Action":"build-output","Output":"b/b.go:3:1: undefined: x\n"}
        {"ImportPath":"example.com/m/b","Action":"build-fail"}
        {"Action":"start","Package":"example.com/m/b"}
        {"Action":"fail","Package":"example.com/m/b","Elapsed":0,"FailedBuild":"example.com/m/b"}
        """#
    static let libtest = """
             Running unittests src/lib.rs (target/debug/deps/demo-1)

        running 3 tests
        test tests::good ... ok
        test tests::later ... ignored, slow
        test tests::bad ... FAILED

        failures:

        ---- tests::bad stdout ----
        thread 'tests::bad' panicked at src/lib.rs:16:34:
        assertion `left == right` failed: wrong

        failures:
            tests::bad

        test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.11s

           Doc-tests demo

        running 1 test
        test src/lib.rs - double (line 3) ... ok

        test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.11s
        """
    static let tap = """
        TAP version 13
        # Subtest: adds
        ok 1 - adds
          ---
          duration_ms: 500
          ...
        # Subtest: group
            # Subtest: inner bad
            not ok 1 - inner bad
              ---
              duration_ms: 250
              error: '1 == 2'
              ...
            # Subtest: skipped
            ok 2 - skipped # SKIP no
            # Subtest: todo
            not ok 3 - todo # TODO
            1..3
        not ok 2 - group
          ---
          type: 'suite'
          error: '1 subtest failed'
          ...
        1..2
        # tests 4
        """
    static let unittest = """
        setUpClass (tests.test_a.S) ... ERROR
        test_doc (tests.test_a.T.test_doc)
        It is ... fine. ... ok
        test_late (tests.test_a.T.test_late) ... a
        q ... ok
        ok
        test_skip (tests.test_a.T.test_skip) ... skipped 'later'
        test_sub (tests.test_a.T.test_sub) ... test_two (tests.test_a.T.test_two) ... noiseFAIL

        ======================================================================
        ERROR: setUpClass (tests.test_a.S)
        ----------------------------------------------------------------------
        OSError: no

        ======================================================================
        FAIL: test_sub (tests.test_a.T.test_sub) [msg] (i=0)
        ----------------------------------------------------------------------
        Traceback (most recent call last):
          File "/p/tests/test_a.py", line 16, in test_sub
            with self.subTest("msg", i=i): self.assertNotEqual(i % 2, 0)
        AssertionError: 0 == 0

        ======================================================================
        FAIL: test_two (tests.test_a.T.test_two)
        Doc of two.
        ----------------------------------------------------------------------
        Traceback (most recent call last):
          File "/p/tests/test_a.py", line 8, in test_two
            self.check(1)
            ~~~~~~~~~~^^^
          File "/p/tests/help.py", line 2, in check
            self.assertEqual(1, 2, "wrong")
        AssertionError: 1 != 2 : wrong

        ----------------------------------------------------------------------
        Ran 5 tests in 0.001s

        FAILED (failures=2, errors=1, skipped=1)
        """
    static let jest = #"""
        {"success":false,"testResults":[{"name":"/p/a.test.js","status":"failed","message":"","assertionResults":[
        {"ancestorTitles":["math","add"],"title":"works","fullName":"math add works","status":"passed","duration":500,"location":{"line":3,"column":5},"failureMessages":[]},
        {"ancestorTitles":[],"title":"fails","status":"failed","duration":null,"failureMessages":["\u001b[31mError: no\u001b[39m\n  at x"]},
        {"ancestorTitles":[],"title":"again","status":"passed","invocations":2,"failureMessages":[]},
        {"ancestorTitles":[],"title":"later","status":"todo","failureMessages":[]}]},
        {"name":"/p/b.test.js","status":"failed","message":"SyntaxError: x","assertionResults":[]}]}
        """#
    static let cobertura = """
        <?xml version="1.0" ?><!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>
        <coverage version="7" line-rate="0.5"><sources><source>/src</source></sources><packages><package name="p"><classes>
        <class name="calc.py" filename="pkg/calc.py"><methods/><lines><line number="6" hits="3" branch="true" condition-coverage="50% (1/2)"/><line number="7" hits="0"/></lines></class>
        </classes></package></packages></coverage>
        """
    static let lcov = """
        TN:
        SF:pkg/calc.py
        FN:5,8,divide
        FNDA:1,divide
        BRDA:6,0,jump to line 7,0
        BRDA:6,0,jump to line 8,3
        DA:6,3
        DA:7,0
        LF:2
        LH:1
        end_of_record
        """
    static let goCover = """
        mode: count
        example.com/m/a.go:3.20,5.2 2 4
        example.com/m/a.go:5.2,6.10 1 0
        example.com/m/b.go:1.1,1.9 1 99999999999999999999999
        """
    static let coveragePy = #"""
        {"meta":{"version":"7.17.3"},"files":{"pkg/calc.py":{"executed_lines":[6],"missing_lines":[7],"excluded_lines":[],"executed_branches":[[6,8]],"missing_branches":[[6,7]]}},"totals":{}}
        """#
    static let llvmCov = #"""
        {"data":[{"files":[{"filename":"/p/a.swift","segments":[[1,10,5,true,true,false],[2,8,0,true,true,false],[4,6,5,true,false,false],[6,2,0,false,false,false]],"branches":[[2,1,2,4,5,0,0,0,4]]}]}],"type":"llvm.coverage.json.export","version":"2.0.1"}
        """#
    static let sarif = #"""
        {"version":"2.1.0","runs":[{"tool":{"driver":{"name":"scan","semanticVersion":"2.0","rules":[{"id":"X1","helpUri":"https://e.org/x1","defaultConfiguration":{"level":"error"},"messageStrings":{"m":{"text":"bad {0}"}}}]}},
        "results":[{"ruleIndex":0,"message":{"id":"m","arguments":["name"]},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"file:///p/a%20b.c"},"region":{"startLine":3,"startColumn":2,"endLine":4}}}],"fixes":[{}]},
        {"ruleId":"X2","level":"none","message":{"text":"t"}},{"ruleId":"X3","kind":"pass","message":{"text":"t"}},{"ruleId":"X4","message":{"text":"t"},"suppressions":[{"kind":"inSource"}]}]}]}
        """#
    static let ruff = #"""
        [{"cell":null,"code":"F401","end_location":{"column":10,"row":1},"filename":"/p/calc.py","fix":{"applicability":"safe","edits":[],"message":"Remove"},"location":{"column":8,"row":1},"message":"`os` imported but unused","name":"unused-import","severity":"error","url":"https://docs.astral.sh/ruff/rules/unused-import"},
        {"code":"invalid-syntax","end_location":{"column":1,"row":2},"filename":"/p/bad.py","fix":null,"location":{"column":13,"row":1},"message":"Expected `)`","severity":"error","url":null}]
        """#
    static let bandit = #"""
        {"errors":[{"filename":"p/bad.py","reason":"syntax error while parsing AST from file"}],"metrics":{},"results":[{"code":"x","col_offset":15,"end_col_offset":24,"filename":"p/calc.py","issue_severity":"LOW","issue_text":"Possible hardcoded password: 'hunter2'","line_number":22,"line_range":[22],"more_info":"https://b.org/b105","test_id":"B105"}]}
        """#
    static let eslint = #"""
        [{"filePath":"/p/a.js","messages":[{"ruleId":"no-unused-vars","severity":2,"message":"'x' is unused.","line":1,"column":7,"endLine":1,"endColumn":8},{"ruleId":null,"fatal":true,"severity":2,"message":"Parsing error","line":2,"column":1},{"ruleId":"semi","severity":1,"message":"Missing semicolon.","line":3,"column":9,"fix":{"range":[1,1],"text":";"}}],"errorCount":2}]
        """#
    static let goVet = #"""
        # example.com/m
        {
        	"example.com/m": {
        		"printf": [
        			{
        				"posn": "/p/a.go:7:2",
        				"message": "fmt.Printf format %d has arg x of wrong type string"
        			}
        		]
        	}
        }
        # example.com/n
        {"example.com/n": {"copylocks": {"error": "no types"}}}
        """#
    static let staticcheck = #"""
        {"code":"SA4006","severity":"error","location":{"file":"/p/a.go","line":7,"column":2},"end":{"file":"/p/a.go","line":7,"column":3},"message":"this value is never used"}
        """#
    static let rustc = #"""
           Compiling demo v0.1.0
        {"reason":"compiler-message","message":{"rendered":"","$message_type":"diagnostic","children":[{"children":[],"code":null,"level":"help","message":"prefix it","spans":[{"is_primary":true,"suggestion_applicability":"MachineApplicable"}]},{"level":"help","message":"for further information visit https://e.org/clippy"}],"level":"warning","message":"unused variable: `unused`","spans":[{"column_end":15,"column_start":9,"file_name":"src/lib.rs","is_primary":true,"line_end":7,"line_start":7}],"code":{"code":"unused_variables","explanation":null}}}
        {"reason":"compiler-message","message":{"children":[],"level":"error","message":"aborting due to 1 previous error","spans":[],"code":null}}
        {"reason":"build-finished","success":true}
        """#
    static let compilerText = """
        In file included from b.c:1:
        src/a.c:3:14: warning: unused variable 'x' [-Wunused-variable]
        /p/B.swift:10:5: error: cannot find 'y' in scope
        C.swift:2: warning: Line Length Violation: Line should be short (line_length)
        app.ts(12,5): error TS2322: Type 'string' is wrong.
        m.go:4:2: undefined: z
        12:30:00 all done
        """
    static let gitleaks = #"""
        [{"RuleID":"aws-access-token","Description":"AWS token","StartLine":3,"EndLine":3,"StartColumn":5,"EndColumn":25,"Match":"AKIAXXXX","Secret":"AKIAXXXX","File":"conf.env","Fingerprint":"conf.env:aws:3"}]
        """#
    static let semgrep = #"""
        {"version":"1.9.0","errors":[],"results":[{"check_id":"python.eval","path":"a.py","start":{"line":2,"col":1},"end":{"line":2,"col":9},"extra":{"message":"eval is bad","severity":"ERROR","fix":"x","metadata":{"source":"https://s.dev/r"}}}]}
        """#
    static let pipAudit = #"""
        {"dependencies":[{"name":"flask","version":"0.5","vulns":[{"id":"PYSEC-2019-179","fix_versions":["1.0"],"aliases":["CVE-2019-1010083"],"description":"Memory use.\nMore."}]},{"name":"x","skip_reason":"no"}],"fixes":[]}
        """#
    static let npmAudit = #"""
        {"auditReportVersion":2,"vulnerabilities":{"lodash":{"name":"lodash","severity":"critical","via":[{"source":1,"name":"lodash","title":"Pollution","url":"https://github.com/advisories/GHSA-jf85-cpcp-j695","severity":"critical","range":"<4.17.12"}],"range":"<4.17.12","fixAvailable":{"name":"lodash","version":"4.17.21","isSemVerMajor":false}},"up":{"name":"up","severity":"high","via":["lodash"],"fixAvailable":true}}}
        """#
    static let cargoAudit = #"""
        {"vulnerabilities":{"found":true,"count":1,"list":[{"advisory":{"id":"RUSTSEC-2020-0071","package":"time","title":"Segfault","aliases":["CVE-2020-26235"],"url":"https://e.org/t"},"versions":{"patched":[">=0.2.23"]},"package":{"name":"time","version":"0.1.44"}}]},"warnings":{"yanked":[{"kind":"yanked","package":{"name":"old","version":"1.0.0"},"advisory":null}]}}
        """#
    static let govulncheck = #"""
        {"config":{"scanner_name":"govulncheck","scanner_version":"v1.1.0"}}
        {"osv":{"id":"GO-2021-0113","aliases":["CVE-2021-38561"],"summary":"Out-of-bounds read"}}
        {
          "finding":{"osv":"GO-2021-0113","fixed_version":"v0.3.7","trace":[{"module":"golang.org/x/text","version":"v0.3.5"}]}
        }
        {"finding":{"osv":"GO-2021-0113","fixed_version":"v0.3.7","trace":[{"module":"golang.org/x/text","version":"v0.3.5","package":"p","function":"Parse"},{"module":"m","function":"main","position":{"filename":"main.go","line":12,"column":29}}]}}
        """#
    static let swiftFormat = "/p/A.swift:3:5: warning: [OneSpace] use one space\n"
    static let radon = #"""
        {"pkg/calc.py": [{"type": "class", "name": "Stack", "complexity": 3, "lineno": 11, "endline": 18}, {"type": "method", "classname": "Stack", "endline": 18, "name": "push", "complexity": 3, "lineno": 15, "closures": [{"type": "function", "name": "in", "lineno": 16, "endline": 17, "complexity": 1}]}], "pkg/bad.py": {"error": "invalid syntax"}}
        """#
    static let lizard = #"""
        4,2,21,2,4,"divide@5-8@pkg/calc.py","pkg/calc.py","divide","divide( a , ""b"" )",5,8
        """#
    static let gocyclo = "9 main (*T).Run cmd/a b.go:12:1\n3 main main main.go:5:1\nAverage: 6\n"
    static let hyperfine = #"{"results":[{"command":"sleep 0","mean":2,"stddev":1,"median":2,"times":[1,2,3]}]}"#
    static let pytestBenchmark = #"""
        {"machine_info":{},"benchmarks":[{"name":"test_speed","fullname":"tests/test_bench.py::test_speed","stats":{"median":0.5,"iqr":0.25,"rounds":7}}]}
        """#
    static let goBench = """
        goos: linux
        pkg: example.com/m
        BenchmarkAdd-2   \t 1000\t 500000000 ns/op\t 16 B/op
        BenchmarkAdd-2   \t 1000\t 1500000000 ns/op\t 16 B/op
        PASS
        """
    static let criterion = #"""
        {"mean":{"point_estimate":1},"median":{"confidence_interval":{},"point_estimate":500000000,"standard_error":1},"median_abs_dev":{"point_estimate":250000000}}
        """#

    static let tests: [(TestFormat, String)] = [
        (.junit, pytest), (.goTest, goTest), (.libtest, libtest), (.tap, tap), (.jest, jest),
        (.unittest, unittest),
    ]
    static let coverage: [(CoverageFormat, String)] = [
        (.cobertura, cobertura), (.lcov, lcov), (.goCover, goCover), (.coveragePy, coveragePy), (.llvmCov, llvmCov),
    ]
    static let findings: [(FindingsFormat, String)] = [
        (.sarif, sarif), (.ruff, ruff), (.bandit, bandit), (.eslint, eslint), (.goVet, goVet),
        (.staticcheck, staticcheck), (.rustc, rustc), (.compilerText, compilerText), (.gitleaks, gitleaks),
        (.semgrep, semgrep), (.pipAudit, pipAudit), (.npmAudit, npmAudit), (.cargoAudit, cargoAudit),
        (.govulncheck, govulncheck), (.swiftFormat, swiftFormat),
    ]
    static let complexity: [(ComplexityFormat, String)] = [(.radon, radon), (.lizard, lizard), (.gocyclo, gocyclo)]
    static let performance: [(PerformanceFormat, String)] = [
        (.hyperfine, hyperfine), (.pytestBenchmark, pytestBenchmark), (.goBench, goBench), (.criterion, criterion),
    ]

    typealias Reader = @Sendable ([UInt8]) throws -> Bool
    /// Every format with its fixture and a reader that says whether it found anything.
    static let all: [(name: String, text: String, read: Reader)] =
        tests.map { format, text in ("\(format)", text, { try !format.parse($0).cases.isEmpty }) }
        + coverage.map { format, text in ("\(format)", text, { try !format.parse($0).files.isEmpty }) }
        + findings.map { format, text in ("\(format)", text, { try !format.parse($0).findings.isEmpty }) }
        + complexity.map { format, text in ("\(format)", text, { try !format.parse($0).functions.isEmpty }) }
        + performance.map { format, text in ("\(format)", text, { try !format.parse($0).measurements.isEmpty }) }
}
