"""Measures `vencejo serve` with wrk against an upstream that answers at once (nginx), and LiteLLM's proxy in the same run.

Every request differs (a counter in its text), so that the exact cache is looked up and never hits; the key is checked, money is
set aside and the call is written to the ledger. Used by bench.py. Standard library only.
"""

import asyncio
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

REPLY = {
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "The answer is forty-two."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 20, "completion_tokens": 6, "total_tokens": 26},
}

def event(**fields) -> str:
    return "data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", **fields}) + "\n\n"


# What the upstream says to vencejo, which always asks for a stream.
STREAM = (
    event(choices=[{"index": 0, "delta": {"role": "assistant", "content": "The answer is forty-two."}}])
    + event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}]) + event(choices=[], usage=REPLY["usage"])
    + "data: [DONE]\n\n")

NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    client_max_body_size 64m;
    server {{
        listen 127.0.0.1:{port};
        location /v1/chat/completions {{ default_type text/event-stream; return 200 '{stream}'; }}
        location /plain/ {{ default_type application/json; return 200 '{reply}'; }}
    }}
}}
"""

# Each connection waits between its requests where a pause is given, so that latency is measured without a queue.
LUA = """
local count = 0
local pause = tonumber(os.getenv("PAUSE") or "0")
local filler = string.rep("word ", tonumber(os.getenv("WORDS") or "0"))
local id = 0
function setup(thread) thread:set("id", id); id = id + 1 end
function init(args) math.randomseed(os.time() + (id or 0) * 7919) end
function delay() if pause == 0 then return 0 end; return math.random(math.floor(pause / 2) + 1, math.floor(pause * 1.5)) end
function request()
    count = count + 1
    local body = '{"model":"mock/m","max_tokens":16,"temperature":0,"messages":[{"role":"user","content":"' .. filler
        .. 'Question ' .. id .. '-' .. count .. ' of ' .. (os.getenv("ROUND") or "") .. '"}]}'
    return wrk.format("POST", os.getenv("TARGET"), {
        ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. os.getenv("KEY") }, body)
end
function response(status, headers, body) if status ~= 200 then print("STATUS " .. status .. " " .. body) end end
function done(summary, latency, requests)
    io.write(string.format('{"requests": %d, "seconds": %f, "errors": %d, "bad": %d, "p50": %f, "p99": %f, "max": %f}\\n',
        summary.requests, summary.duration / 1e6,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout, summary.errors.status,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port: int, seconds: float = 30) -> float:
    """How long it took until the port answered."""
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return time.perf_counter() - started
        except OSError:
            time.sleep(0.002)
    raise SystemExit(f"bench: nothing answers on port {port} after {seconds} s")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int, name: str = "VmRSS") -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0


class Upstream:
    """nginx with one worker, which gives the same answer to everything."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True)
        self.port = free_port()
        configuration = folder / "nginx.conf"
        configuration.write_text(NGINX.format(
            folder=folder, port=self.port, reply=json.dumps(REPLY), stream=STREAM))
        self.process = subprocess.Popen(
            ["nginx", "-p", str(folder), "-c", str(configuration), "-e", str(folder / "start.log")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


class Gateway:
    """A built vencejo serving in a home of its own."""

    def __init__(self, binary: Path, folder: Path, upstream: int, environment: dict):
        folder.mkdir(parents=True)
        self.binary = binary
        config = folder / "config" / "vencejo"
        config.mkdir(parents=True)
        (config / "config.yaml").write_text(f"""models:
  default: mock/m
  providers:
    mock: {{ api: openai, base_url: "http://127.0.0.1:{upstream}/v1", api_key: "${{MOCK_KEY}}" }}
  prices:
    mock/m: {{ input: 1.00, output: 2.00, context: 400000, max_output: 8000 }}
cache: {{ enabled: on, exact: on }}
""")
        self.environment = {
            **environment, "VENCEJO_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config"), "MOCK_KEY": "k",
        }
        made = json.loads(self.call("keys", "create", "bench", "--budget", "1000", "--json"))
        self.key = made["key"]
        self.port = free_port()
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [str(binary), "serve", "--port", str(self.port)], cwd=folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=(folder / "serve.log").open("wb"))
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=1) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - started > 20:
                    raise SystemExit("bench: vencejo serve is not ready: " + (folder / "serve.log").read_text()[-2000:])
                time.sleep(0.002)
        self.start = (time.perf_counter() - started) * 1000

    def call(self, *arguments: str) -> bytes:
        done = subprocess.run(
            [str(self.binary), *arguments], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, cwd="/")
        if done.returncode != 0:
            raise SystemExit(f"bench: vencejo {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


def wrk(port: int, key: str, *, connections: int = 64, seconds: float = 5, pause: int = 0, words: int = 0,
        target: str = "/v1/chat/completions", folder: Path, round: str = "") -> dict:
    script = folder / "load.lua"
    script.write_text(LUA)
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency", "-s", str(script),
         f"http://127.0.0.1:{port}"],
        capture_output=True, text=True,
        env={**os.environ, "KEY": key, "PAUSE": str(pause), "WORDS": str(words), "TARGET": target, "ROUND": round})
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise SystemExit(f"bench: wrk ended with status {done.returncode}: {done.stdout[-500:]} {done.stderr[-500:]}")
    told = json.loads(lines[-1])
    bad = [line for line in done.stdout.splitlines() if line.startswith("STATUS")]
    if told["bad"] or told["errors"] or bad:
        raise SystemExit(f"bench: {told['bad']} bad answers and {told['errors']} errors, such as {bad[:1]}")
    told["rate"] = told["requests"] / told["seconds"]
    return told


class LiteLLM:
    """LiteLLM's proxy, with a master key, one worker and the same upstream."""

    def __init__(self, command: str, folder: Path, upstream: int):
        folder.mkdir(parents=True)
        self.port = free_port()
        (folder / "config.yaml").write_text(f"""model_list:
  - model_name: mock/m
    litellm_params: {{ model: openai/m, api_base: "http://127.0.0.1:{upstream}/plain", api_key: k }}
general_settings: {{ master_key: sk-bench }}
""")
        self.process = subprocess.Popen(
            [command, "--config", str(folder / "config.yaml"), "--host", "127.0.0.1", "--port", str(self.port)],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"})
        wait_for(self.port, 120)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Streams:
    """An upstream that streams, and a client that reads many streams at once and notes the longest silence of each."""

    def __init__(self, streams: int = 200, rate: int = 50, seconds: float = 5):
        self.streams, self.rate, self.chunks = streams, rate, int(rate * seconds)

    async def upstream(self) -> tuple[asyncio.AbstractServer, int]:
        async def serve(reader, writer):
            try:
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
                    await reader.readexactly(length)
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
                    began = time.perf_counter()
                    for number in range(self.chunks):
                        self.send(writer, {"choices": [{"index": 0, "delta": {"content": f"w{number} "}}]})
                        wait = began + (number + 1) / self.rate - time.perf_counter()
                        await asyncio.sleep(max(0, wait))
                    self.send(writer, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
                    self.send(writer, {"choices": [], "usage": REPLY["usage"]})
                    writer.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
        return server, server.sockets[0].getsockname()[1]

    @staticmethod
    def send(writer, event: dict) -> None:
        event = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", **event}
        line = b"data: " + json.dumps(event).encode() + b"\n\n"
        writer.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")

    async def read(self, port: int, key: str, number: int) -> float:
        """The longest silence after the first chunk beyond the upstream's own pace, in milliseconds."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = json.dumps({
            "model": "mock/m", "stream": True, "max_tokens": 2000, "messages": [{"role": "user", "content": f"stream {number}"}]})
        writer.write(
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        longest, last, seen = 0.0, None, b""
        count = 0
        while True:
            bytes = await reader.read(65536)
            if not bytes:
                break
            seen = seen[-64:] + bytes
            if b'"content"' in bytes:
                now = time.perf_counter()
                count += bytes.count(b'"content":"w') + bytes.count(b'"content": "w')
                if last is not None:
                    longest = max(longest, (now - last) * 1000 - 1000 / self.rate)
                last = now
            if b"[DONE]" in seen:
                break
        writer.close()
        if b"[DONE]" not in seen or count < self.chunks:
            raise SystemExit(f"bench: a stream ended after {count} of {self.chunks} chunks: {seen!r}")
        return longest


def measure(binary: Path, folder: Path, environment: dict) -> list[tuple]:
    """Rows of name, value, unit and what it is; a value of None has its reason instead."""
    missing = [program for program in ("wrk", "nginx") if not shutil.which(program)]
    if missing:
        return [("gateway-rate", None, "requests/s", f"needs {' and '.join(missing)}: apt-get install wrk nginx-light")]
    folder.mkdir(parents=True)
    upstream = Upstream(folder / "upstream")
    try:
        return _gateway(binary, folder, upstream, environment) + _litellm(folder, upstream)
    finally:
        upstream.stop()


def _gateway(binary: Path, folder: Path, upstream: Upstream, environment: dict) -> list[tuple]:
    gateway = Gateway(binary, folder / "gateway", upstream.port, environment)
    try:
        idle = resident(gateway.process.pid)
        rows = [
            ("gateway-start", gateway.start, "ms", "vencejo serve, from its start until /ready"),
            ("gateway-memory", idle, "MB", "resident memory of a server that has done nothing"),
        ]
        wrk(gateway.port, gateway.key, seconds=2, folder=folder, round="warm")
        before = cpu_seconds(gateway.process.pid)
        full = [wrk(gateway.port, gateway.key, folder=folder, round=f"full{number}") for number in range(3)]
        spent = cpu_seconds(gateway.process.pid) - before
        requests = sum(one["requests"] for one in full)
        global RATE
        RATE = statistics.median(one["rate"] for one in full)
        rows += [
            ("gateway-rate", RATE, "requests/s",
             "64 connections at full speed; key, budget, exact look-up and ledger on; wrk and nginx on the same cores"),
            ("gateway-cpu", spent / requests * 1e6, "µs", "processor time of vencejo a request"),
            ("gateway-full-p50", statistics.median(one["p50"] for one in full), "ms", "the median at full speed, queues included"),
            ("gateway-memory-load", resident(gateway.process.pid, "VmHWM"), "MB", "its peak of resident memory"),
        ]
        # Ten requests a second on each of 64 connections: what a call costs that does not stand in a queue.
        pause = dict(pause=100, seconds=6, folder=folder)
        direct = [wrk(upstream.port, "k", round=f"d{number}", **pause) for number in range(3)]
        through = [wrk(gateway.port, gateway.key, round=f"t{number}", **pause) for number in range(3)]
        for name in ("p50", "p99"):
            added = statistics.median(one[name] for one in through) - statistics.median(one[name] for one in direct)
            rows.append((f"gateway-added-{name}", added, "ms", f"added to nginx alone, {name}, 64 connections of 10 requests/s"))
        long = dict(connections=2, pause=200, words=80_000, seconds=6, folder=folder)
        far = wrk(gateway.port, gateway.key, round="long", **long)["p99"] - wrk(upstream.port, "k", round="l", **long)["p99"]
        rows.append(("gateway-long-p99", far, "ms", "added p99 with bodies of 400 kB, about 100 000 tokens"))
        through, direct = asyncio.run(_stall(binary, folder, environment))
        rows += [
            ("gateway-stall", through, "ms",
             "the longest silence in 200 streams of 50 chunks/s, beyond the upstream's pace; p99 of the streams"),
            ("gateway-stall-direct", direct, "ms", "the same without vencejo between: what the measuring program itself adds"),
        ]
        return rows
    finally:
        gateway.stop()


async def _stall(binary: Path, folder: Path, environment: dict) -> tuple[float, float]:
    """The p99 of the streams' longest silences: through the gateway, and straight from the upstream."""
    streams = Streams()
    server, port = await streams.upstream()
    gateway = await asyncio.to_thread(Gateway, binary, folder / "streams", port, environment)
    try:
        figures = []
        for at, key in ((gateway.port, gateway.key), (port, "none")):
            longest = await asyncio.gather(*(streams.read(at, key, number) for number in range(streams.streams)))
            figures.append(sorted(longest)[int(len(longest) * 0.99) - 1])
        return tuple(figures)
    finally:
        await asyncio.to_thread(gateway.stop)
        server.close()


def _litellm(folder: Path, upstream: Upstream) -> list[tuple]:
    command = os.environ.get("VENCEJO_BENCH_LITELLM", "litellm")
    if not shutil.which(command):
        why = "LiteLLM is not installed: pip install 'litellm[proxy]', and set VENCEJO_BENCH_LITELLM to its command"
        return [("litellm-rate", None, "requests/s", why), ("litellm-ratio", None, "times", why)]
    proxy = LiteLLM(command, folder / "litellm", upstream.port)
    try:
        load = dict(target="/v1/chat/completions", connections=16, folder=folder)
        wrk(proxy.port, "sk-bench", seconds=2, round="lw", **load)
        rate = wrk(proxy.port, "sk-bench", seconds=6, round="lf", **load)["rate"]
        return [
            ("litellm-rate", rate, "requests/s", "LiteLLM's proxy, one worker, 16 connections at full speed, the same upstream"),
            ("litellm-ratio", RATE / rate, "times", "as many requests/s as LiteLLM's proxy"),
        ]
    finally:
        proxy.stop()
