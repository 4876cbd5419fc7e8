"""The repo map's figures: a generated repository of 10 000 files, a real one, and aider on the same. Standard library only."""

import os
import subprocess
import sys
import time
from pathlib import Path

FILES = 10_000

AIDER = """
import sys, time, json, pathlib
from aider.repomap import RepoMap
from aider.io import InputOutput
class Model:
    def token_count(self, text): return len(text) * 2 // 7
root = sys.argv[1]
names = [str(p) for p in sorted(pathlib.Path(root).rglob("*")) if p.is_file() and ".git" not in p.parts and ".aider" not in str(p)]
started = time.perf_counter()
m = RepoMap(map_tokens=2000, root=root, main_model=Model(), io=InputOutput(yes=True, pretty=False))
text = m.get_repo_map([], names) or ""
print("VENCEJO-BENCH " + json.dumps([time.perf_counter() - started, len(text)]))
"""


def generate(root: Path, files: int = FILES) -> None:
    """Python modules of some forty lines that import each other, always the same ones."""
    for number in range(files):
        folder = root / f"package{number % 100:02d}" / f"part{number // 100 % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"from package{(number * 7) % 100:02d} import ServiceNumber{(number * 31) % files}", ""]
        lines.append(f"class ServiceNumber{number}:")
        for method in range(5):
            other = (number * (method + 3) + 17) % files
            lines += [
                f"    def handle_request_{method}(self, request, limit={method}):",
                f"        service = ServiceNumber{other}()",
                f"        result = service.handle_request_{(method + 1) % 5}(request)",
                f"        return compute_total_{other}(result, limit)",
                "",
            ]
        lines += [f"def compute_total_{number}(values, limit):", "    return sum(values[:limit])", ""]
        (folder / f"module{number:05d}.py").write_text("\n".join(lines))
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=root, check=True, stdin=subprocess.DEVNULL)


def measured(command: list[str], cwd: Path, environment: dict) -> tuple[float, float]:
    """Milliseconds and the peak of resident megabytes of one call that has to succeed."""
    started = time.perf_counter()
    child = subprocess.Popen(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    words = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"bench: '{' '.join(command)}' ended with status {child.returncode}: {words.decode(errors='replace')}")
    scale = 1 if sys.platform == "darwin" else 1024
    return (time.perf_counter() - started) * 1000, usage.ru_maxrss * scale / 1e6


def aider(python: str, repository: Path, environment: dict) -> list[float] | str:
    """Seconds of aider's own map, cold and warm, or why there are none."""
    found = subprocess.run([python, "-c", "import aider.repomap"], capture_output=True, stdin=subprocess.DEVNULL)
    if found.returncode != 0:
        return f"aider is not importable by {python}; set VENCEJO_BENCH_AIDER_PYTHON"
    seconds = []
    import json
    import shutil

    for folder in repository.glob(".aider*"):
        shutil.rmtree(folder, ignore_errors=True)
    for _ in range(2):
        done = subprocess.run(
            [python, "-c", AIDER, str(repository)], cwd=repository, env=environment, capture_output=True, text=True,
            stdin=subprocess.DEVNULL)
        line = next((one for one in done.stdout.splitlines() if one.startswith("VENCEJO-BENCH ")), None)
        if done.returncode != 0 or line is None:
            return f"aider failed: {done.stderr.strip().splitlines()[-1:] or done.stdout[-200:]}"
        seconds.append(json.loads(line.split(" ", 1)[1])[0])
    for folder in repository.glob(".aider*"):
        shutil.rmtree(folder, ignore_errors=True)
    return seconds
