#!/usr/bin/env python3
"""Measures a built vencejo against the budgets of its speed and size. Standard library only; called by scripts/bench."""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

import bench_gateway
import bench_map

SEEDED_RUNS = 10_000

# name: (unit, relation, budget). A figure without a budget is shown for information.
BUDGETS = {
    "version": ("ms", "<", 20),
    "runs-list": ("ms", "<", 60),
    "journal": ("steps/s", ">", 3000),
    "steps": ("steps/s", ">", 3000),
    "steps-1": ("steps/s", ">", 10_000),
    "resume": ("ms", "<", 300),
    "parked": ("threads", "<", 1),
    "parked-1": ("MB", "<", 1),
    "dbos-ratio": ("times", ">", 5),
    "dbos-ratio-8": ("times", ">", 5),
    "loop": ("ms/turn", "<", 5),
    "sandbox": ("ms", "<", 15),
    "run-memory": ("MB", "<", 60),
    "binary-size": ("MB", "<", 30),
    "gateway-start": ("ms", "<", 150),
    "gateway-memory": ("MB", "<", 40),
    "gateway-rate": ("requests/s", ">", 5000),
    "gateway-memory-load": ("MB", "<", 120),
    "gateway-added-p50": ("ms", "<", 0.3),
    "gateway-added-p99": ("ms", "<", 1),
    "gateway-long-p99": ("ms", "<", 5),
    "gateway-stall": ("ms", "<", 20),
    "litellm-ratio": ("times", ">", 100),
    "map-cold": ("ms", "<", 15_000),
    "map-memory": ("MB", "<", 400),
    "map-ratio-cold": ("times", ">", 10),
    "map-ratio-warm": ("times", ">", 20),
}
MEASURES = ["version", "runs-list", "journal", "steps", "resume", "parked", "dbos", "loop", "sandbox", "memory", "size", "map", "gateway"]


@dataclass
class Figure:
    name: str
    value: float | None
    """None where there is nothing to compare with; `about` then says why."""
    unit: str
    about: str

    @property
    def budget(self) -> str:
        unit, relation, limit = BUDGETS.get(self.name, ("", "", ""))
        return f"{relation} {limit} {unit}".strip()

    @property
    def verdict(self) -> str:
        if self.name not in BUDGETS:
            return ""
        if self.value is None:
            return "none"
        unit, relation, limit = BUDGETS[self.name]
        if unit != self.unit:
            raise SystemExit(f"bench: {self.name} came in {self.unit}, and its budget is in {unit}")
        return "ok" if (self.value < limit if relation == "<" else self.value > limit) else "OVER"


class Bench:
    def __init__(self, binary: Path, runs: int, scratch: Path):
        self.binary = binary
        self.runs = runs
        self.scratch = scratch
        self.environment = {**os.environ, "VENCEJO_HOME": str(scratch / "home"), "NO_COLOR": "1"}

    def call(self, *arguments: str) -> bytes:
        """One call that has to succeed; its standard output."""
        command = [str(self.binary), *arguments]
        done = subprocess.run(
            command, cwd=self.scratch, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode != 0:
            words = (done.stderr or done.stdout).decode(errors="replace").strip()
            raise SystemExit(f"bench: 'vencejo {' '.join(arguments)}' ended with status {done.returncode}: {words}")
        return done.stdout

    def milliseconds(self, *arguments: str) -> float:
        """The median wall time of a whole process; one call before it warms the disk's cache."""
        self.call(*arguments)
        times = []
        for _ in range(self.runs):
            started = time.perf_counter()
            self.call(*arguments)
            times.append((time.perf_counter() - started) * 1000)
        return statistics.median(times)

    def version(self) -> list[Figure]:
        return [Figure("version", self.milliseconds("--version"), "ms", "vencejo --version, the whole process")]

    def runs_list(self) -> list[Figure]:
        self.call("bench", "seed", "--runs", str(SEEDED_RUNS))
        # The seeded runs are of several projects, none of them here.
        arguments = ["runs", "list", "--all"]
        if len(self.call(*arguments).splitlines()) < 2:
            raise SystemExit("bench: 'vencejo runs list --all' shows no runs after seeding, so there is nothing to measure")
        median = self.milliseconds(*arguments)
        return [Figure("runs-list", median, "ms", f"vencejo runs list with {SEEDED_RUNS} runs, the whole process")]

    def own(self, bench: str) -> list[Figure]:
        """What the binary measures of itself: the median of each figure over three calls. The first has the budget."""
        seen: dict[str, list[dict]] = {}
        for _ in range(min(3, self.runs)):
            for figure in json.loads(self.call("bench", bench, "--json"))["figures"]:
                seen.setdefault(figure["name"], []).append(figure)
        if not seen:
            raise SystemExit(f"bench: 'vencejo bench {bench} --json' gave no figures")
        return [
            Figure(
                f"{bench}-{index}" if index else bench, statistics.median(one["value"] for one in all), all[0]["unit"], name)
            for index, (name, all) in enumerate(seen.items())
        ]

    def journal(self) -> list[Figure]:
        return self.own("journal")

    def loop(self) -> list[Figure]:
        return self.own("loop")

    def steps(self) -> list[Figure]:
        return self.own("steps")

    def resume(self) -> list[Figure]:
        return self.own("resume")

    def parked(self) -> list[Figure]:
        return self.own("parked")

    def dbos(self) -> list[Figure]:
        """The same workflow of 10 durable steps here and in dbos, where VENCEJO_BENCH_DBOS_PYTHON names a Python that has it."""
        figures = self.own("workflows")
        for figure, callers, ending in zip(list(figures), (1, 8), ("", "-8")):
            theirs = self.dbos_workflows(callers)
            if isinstance(theirs, str):
                figures += [
                    Figure(f"dbos{ending}", None, "workflows/s", theirs),
                    Figure(f"dbos-ratio{ending}", None, "times", theirs),
                ]
                continue
            who = "one caller" if callers == 1 else f"{callers} callers"
            figures += [
                Figure(f"dbos{ending}", theirs, "workflows/s", f"the same workflow in dbos on SQLite, {who}"),
                Figure(f"dbos-ratio{ending}", figure.value / theirs, "times", f"as many workflows/s as dbos, {who}"),
            ]
        return figures

    def dbos_workflows(self, callers: int) -> float | str:
        """The median of three runs, or why there is none."""
        python = os.environ.get("VENCEJO_BENCH_DBOS_PYTHON", "python3")
        if subprocess.run([python, "-c", "import dbos"], capture_output=True).returncode != 0:
            return f"dbos is not installed for {python}: pip install dbos, and set VENCEJO_BENCH_DBOS_PYTHON"
        rates = []
        for number in range(min(3, self.runs)):
            folder = self.scratch / f"dbos-{callers}-{number}"
            folder.mkdir()
            script = Path(__file__).with_name("bench_dbos.py")
            done = subprocess.run(
                [python, str(script), str(folder), str(50 if callers == 1 else 100), str(callers)], cwd=folder,
                stdin=subprocess.DEVNULL, capture_output=True, timeout=600)
            if done.returncode != 0:
                raise SystemExit(f"bench: dbos ended with status {done.returncode}: {done.stderr.decode(errors='replace')}")
            rates.append(json.loads(done.stdout.decode().splitlines()[-1])["workflows_per_second"])
        return statistics.median(rates)

    def gateway(self) -> list[Figure]:
        """The served gateway under wrk, in front of nginx, and LiteLLM's proxy where VENCEJO_BENCH_LITELLM names its command."""
        return [Figure(*row) for row in bench_gateway.measure(self.binary, self.scratch / "gateway", self.environment)]

    def sandbox(self) -> list[Figure]:
        return self.own("sandbox")

    def memory(self) -> list[Figure]:
        """The peak of resident memory while the demo runs, of vencejo alone and of its largest child."""
        log = self.scratch / "demo.log"
        with log.open("wb") as output:
            child = subprocess.Popen(
                [str(self.binary), "demo"], cwd=self.scratch, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output)
            own = 0
            while True:
                own = max(own, peak_of(child.pid))
                pid, status, usage = os.wait4(child.pid, os.WNOHANG)
                if pid:
                    break
                time.sleep(0.005)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            tail = log.read_text(errors="replace")[-2000:]
            raise SystemExit(f"bench: 'vencejo demo' ended with status {child.returncode}:\n{tail}")
        scale = 1 if sys.platform == "darwin" else 1024
        largest = usage.ru_maxrss * scale
        return [
            Figure("run-memory", (own or largest) / 1e6, "MB", "peak resident memory of vencejo during a demo run"),
            Figure("run-memory-with-tools", largest / 1e6, "MB", "the same, of the largest process of the run"),
        ]

    def size(self) -> list[Figure]:
        return [Figure("binary-size", self.binary.stat().st_size / 1e6, "MB", "the stripped release binary")]

    def map(self) -> list[Figure]:
        """A generated repository, and with VENCEJO_BENCH_REPOSITORY a real one, there beside aider where it is installed."""
        grammars = Path(__file__).resolve().parents[2] / ".build" / "grammars"
        if not any(grammars.glob("libtree-sitter-*")):
            raise SystemExit(f"bench: there are no grammars in {grammars}: run scripts/grammars first")
        # Else the measured program would tell names by a plain scan, which is another work.
        self.environment["VENCEJO_GRAMMARS"] = str(grammars)
        generated = self.scratch / "generated"
        generated.mkdir()
        bench_map.generate(generated)
        figures = self.mapped("map", generated, f"{bench_map.FILES} generated files")
        named = os.environ.get("VENCEJO_BENCH_REPOSITORY")
        if not named:
            print("bench: set VENCEJO_BENCH_REPOSITORY to a folder for the map of a real repository", file=sys.stderr)
            return figures
        real = self.scratch / "real"
        shutil.copytree(named, real, symlinks=True)
        name = Path(named).resolve().name
        own = self.mapped("map-real", real, name)
        figures += own
        seconds = bench_map.aider(os.environ.get("VENCEJO_BENCH_AIDER_PYTHON", "python3"), real, self.environment)
        if isinstance(seconds, str):
            return figures + [
                Figure("map-aider-cold", None, "ms", seconds), Figure("map-aider-warm", None, "ms", seconds),
                Figure("map-ratio-cold", None, "times", seconds), Figure("map-ratio-warm", None, "times", seconds),
            ]
        cold, warm = seconds[0] * 1000, seconds[1] * 1000
        about = f"aider's map of {name}, without the start of Python"
        return figures + [
            Figure("map-aider-cold", cold, "ms", f"{about}, cold"),
            Figure("map-aider-warm", warm, "ms", f"{about}, warm"),
            Figure("map-ratio-cold", cold / own[0].value, "times", f"as fast as aider on {name}, cold"),
            Figure("map-ratio-warm", warm / own[1].value, "times", f"as fast as aider on {name}, warm"),
        ]

    def mapped(self, name: str, folder: Path, about: str) -> list[Figure]:
        command = [str(self.binary), "map", "--budget", "2000"]
        cold, peak = bench_map.measured(command, folder, self.environment)
        warm = statistics.median(
            bench_map.measured(command, folder, self.environment)[0] for _ in range(min(5, self.runs)))
        return [
            Figure(f"{name}-cold", cold, "ms", f"vencejo map of {about}, nothing known, the whole process"),
            Figure(f"{name}-warm", warm, "ms", "the same with nothing changed"),
            Figure(f"{name}-memory", peak, "MB", "the peak of resident memory of the first"),
        ]


def peak_of(pid: int) -> int:
    """The peak of a process's resident memory in bytes, or 0 where the system does not say."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def machine() -> dict:
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return {
        "cpu": model, "cores": os.cpu_count(), "kernel": f"{platform.system()} {platform.release()}",
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def show(figures: list[Figure], about: dict) -> None:
    rows = [("figure", "value", "budget", "", "what")]
    rows += [
        (one.name, "-" if one.value is None else f"{one.value:,.2f} {one.unit}", one.budget, one.verdict, one.about)
        for one in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for name, value, budget, verdict, what in rows:
        line = f"{name:<{widths[0]}}  {value:>{widths[1]}}  {budget:<{widths[2]}}  {verdict:<{widths[3]}}  {what}"
        print(line.rstrip())
    print(f"\n{about['cpu']}, {about['cores']} cores, {about['kernel']}, {about['date']}")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="calls behind each median (15)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--only", choices=MEASURES, action="append", help="measure this and nothing else; may be repeated")
    parser.add_argument("--binary", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--check-arguments", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error("--runs takes a number of at least 1")
    return options


def main() -> int:
    options = parse(sys.argv[1:])
    if options.check_arguments:
        return 0
    if options.binary is None:
        raise SystemExit("bench: call scripts/bench, which builds what is to be measured")
    about = machine()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="vencejo-bench-") as scratch:
        bench = Bench(options.binary.resolve(), options.runs, Path(scratch))
        for measure in options.only or MEASURES:
            print(f"measuring {measure} …", file=sys.stderr)
            figures += getattr(bench, measure.replace("-", "_"))()
    show(figures, about)
    if options.json:
        rows = [
            {**asdict(one), "budget": one.budget or None, "within": None if one.value is None else one.verdict != "OVER"}
            for one in figures
        ]
        options.json.write_text(json.dumps({"machine": about, "figures": rows}, indent=2, allow_nan=False) + "\n")
    over = [one.name for one in figures if one.verdict == "OVER"]
    if over:
        print(f"bench: over budget: {', '.join(over)}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
