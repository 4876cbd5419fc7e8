"""The SDKs of Anthropic and OpenAI hand batches to a gateway: batch_clients.py ADDRESS KEY OTHER_KEY.

Every answer of the models behind it is "Forty-two.". Ends with status 1 at the first check that fails.
"""

import io
import json
import sys
import time
import warnings

import anthropic
import openai

warnings.simplefilter("ignore")
ANSWER = "Forty-two."
MODEL = "fake/fake-1"
passed = 0


def check(what, value):
    global passed
    if not value:
        raise SystemExit(f"{what} failed")
    passed += 1


def refused(kind, call):
    try:
        call()
    except kind:
        return True
    return False


def ended(look, is_over):
    for _ in range(1200):
        found = look()
        if is_over(found):
            return found
        time.sleep(0.1)
    raise SystemExit(f"a batch did not end: {found}")


def params(text):
    return {"model": MODEL, "max_tokens": 50, "messages": [{"role": "user", "content": text}]}


def with_anthropic(address, key, other):
    claude = anthropic.Anthropic(base_url=address, auth_token=key, api_key=None, max_retries=0)
    stranger = anthropic.Anthropic(base_url=address, auth_token=other, api_key=None, max_retries=0)
    batches = claude.messages.batches
    entries = [{"custom_id": f"c{n}", "params": params(f"Anthropic batch number {n}")} for n in range(3)]
    unknown = dict(params("Of an unknown model"), model="fake-2")
    entries.append({"custom_id": "unknown", "params": unknown})
    batch = batches.create(requests=entries)
    check("a batch", batch.type == "message_batch" and batch.processing_status == "in_progress")
    check("its counts", batch.request_counts.processing == 4 and batch.results_url is None)
    check("nobody else sees it", refused(anthropic.NotFoundError, lambda: stranger.messages.batches.retrieve(batch.id)))
    check("nobody else lists it", list(stranger.messages.batches.list()) == [])
    check("nobody else stops it", refused(anthropic.NotFoundError, lambda: stranger.messages.batches.cancel(batch.id)))
    done = ended(lambda: batches.retrieve(batch.id), lambda found: found.processing_status == "ended")
    counts = done.request_counts
    check("its end", counts.succeeded == 3 and counts.errored == 1 and done.ended_at is not None)
    results = {result.custom_id: result.result for result in batches.results(batch.id)}
    check("every result", sorted(results) == ["c0", "c1", "c2", "unknown"])
    check("the answers", all(results[f"c{n}"].message.content[0].text == ANSWER for n in range(3)))
    check("their usage", results["c0"].message.usage.output_tokens > 0)
    error = results["unknown"].error.error
    check("the failure", error.type == "not_found_error" and "did you mean 'fake-1'" in error.message)
    second = batches.create(requests=entries[:1])
    check("a page", [found.id for found in batches.list(limit=1)][:2] == [second.id, batch.id])
    stopped = batches.cancel(second.id)
    check("a stop", stopped.processing_status in ("canceling", "ended") and stopped.cancel_initiated_at is not None)
    over = ended(lambda: batches.retrieve(second.id), lambda found: found.processing_status == "ended")
    check("its end too", over.request_counts.canceled + over.request_counts.succeeded == 1)
    check("a removal", batches.delete(batch.id).type == "message_batch_deleted")
    check("it is gone", refused(anthropic.NotFoundError, lambda: batches.retrieve(batch.id)))
    broken = [{"custom_id": "x", "params": {"model": MODEL, "max_tokens": 5, "messages": [{"role": "user"}]}}]
    try:
        batches.create(requests=broken)
        check("a malformed entry", False)
    except anthropic.BadRequestError as fault:
        check("the place of a fault", "requests[0].params.messages[0].content" in str(fault))


def with_openai(address, key, other):
    client = openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0)
    stranger = openai.OpenAI(base_url=f"{address}/v1", api_key=other, max_retries=0)
    url = "/v1/chat/completions"

    def upload(lines):
        text = "\n".join(json.dumps(line) for line in lines)
        return client.files.create(file=("calls.jsonl", io.BytesIO(text.encode())), purpose="batch")

    lines = [
        {"custom_id": f"o{n}", "method": "POST", "url": url, "body": params(f"OpenAI batch number {n}")}
        for n in range(3)
    ]
    unknown = dict(params("Of an unknown model"), model="fake-2")
    lines.append({"custom_id": "unknown", "method": "POST", "url": url, "body": unknown})
    file = upload(lines)
    check("a file", file.purpose == "batch" and file.bytes > 100 and file.filename == "calls.jsonl")
    check("its content", len(client.files.content(file.id).text.splitlines()) == 4)
    check("a list of files", file.id in [found.id for found in client.files.list()])
    check("nobody else reads it", refused(openai.NotFoundError, lambda: stranger.files.content(file.id)))
    batch = client.batches.create(
        input_file_id=file.id, endpoint=url, completion_window="24h", metadata={"name": "test"})
    check("a batch of a file", batch.status == "in_progress" and batch.metadata == {"name": "test"})
    check("nobody else sees this", refused(openai.NotFoundError, lambda: stranger.batches.retrieve(batch.id)))
    done = ended(lambda: client.batches.retrieve(batch.id), lambda found: found.status == "completed")
    check("its counts too", (done.request_counts.completed, done.request_counts.failed) == (3, 1))
    answers = [json.loads(line) for line in client.files.content(done.output_file_id).text.splitlines()]
    check("the file of answers", sorted(answer["custom_id"] for answer in answers) == ["o0", "o1", "o2"])
    texts = {answer["response"]["body"]["choices"][0]["message"]["content"] for answer in answers}
    check("their words", texts == {ANSWER})
    failures = [json.loads(line) for line in client.files.content(done.error_file_id).text.splitlines()]
    check("the file of failures", [failure["response"]["status_code"] for failure in failures] == [404])
    check("nobody else reads these", refused(openai.NotFoundError, lambda: stranger.files.content(done.output_file_id)))
    check("a list of batches", [found.id for found in client.batches.list(limit=5)] == [batch.id])
    bad = upload([dict(lines[0], custom_id="o0"), dict(lines[0], url="/v1/embeddings", custom_id="x")])
    failed = client.batches.create(input_file_id=bad.id, endpoint=url, completion_window="24h")
    check("a failed batch", failed.status == "failed" and failed.errors.data[0].line == 2)
    again = upload(lines[:1])
    second = client.batches.create(input_file_id=again.id, endpoint=url, completion_window="24h")
    client.batches.cancel(second.id)
    over = ended(lambda: client.batches.retrieve(second.id), lambda found: found.status == "cancelled")
    check("a stopped batch", over.cancelled_at is not None)
    check("a removed file", client.files.delete(file.id).deleted)
    check("which is gone", refused(openai.NotFoundError, lambda: client.files.retrieve(file.id)))
    body = {"model": MODEL, "input": "Responses in a batch", "max_output_tokens": 50}
    third = client.batches.create(
        input_file_id=upload([{"custom_id": "r", "method": "POST", "url": "/v1/responses", "body": body}]).id,
        endpoint="/v1/responses", completion_window="24h")
    done = ended(lambda: client.batches.retrieve(third.id), lambda found: found.status == "completed")
    answer = json.loads(client.files.content(done.output_file_id).text)
    check("a response", answer["response"]["body"]["output"][0]["content"][0]["text"] == ANSWER)


address, key, other = sys.argv[1:4]
with_anthropic(address, key, other)
with_openai(address, key, other)
print(f"{passed} checks passed")
