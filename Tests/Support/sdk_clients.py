"""Lets the real SDKs be clients: feeds them answers, and tells what they sent and what they understood.

Standard input is a JSON array of cases; standard output is one of their outcomes, in the same order. Nothing goes over
a network: each call gets its answer from a transport in memory. With the argument `check` it only tries the imports.
"""

import inspect
import json
import sys

import anthropic
import openai
from pydantic import TypeAdapter, ValidationError


def http_of(sdk):
    """The HTTP library that this version of an SDK is built on."""
    base = sys.modules[sdk.__name__ + "._base_client"]
    return getattr(base, "httpx2", None) or base.httpx


def client_of(sdk, case, sent):
    http = http_of(sdk)

    def answer(request):
        sent["path"] = request.url.path
        sent["body"] = json.loads(request.content) if request.content else None
        return http.Response(
            case.get("status", 200),
            headers={"content-type": case.get("type", "application/json"), "request-id": "req_1"},
            content=case["answer"].encode(),
        )

    http_client = http.Client(transport=http.MockTransport(answer))
    kind = sdk.Anthropic if sdk is anthropic else sdk.OpenAI
    return kind(api_key="key", base_url=case["base"], max_retries=0, http_client=http_client)


def plain(value):
    return json.loads(value.to_json()) if hasattr(value, "to_json") else value


def fitting(method, arguments):
    """The arguments of a call, with those that this version of the SDK has no parameter for in the body all the same."""
    known = inspect.signature(method).parameters
    fit = {name: value for name, value in arguments.items() if name in known}
    others = {name: value for name, value in arguments.items() if name not in known}
    return fit | ({"extra_body": others} if others else {})


def validate(shape, data):
    """What a strict reading by the SDK's own types finds wrong; the SDKs themselves read without looking."""
    try:
        TypeAdapter(shape).validate_python(data)
        return []
    except ValidationError as error:
        return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()][:5]


def with_anthropic(client, case):
    from anthropic.types import Message, MessageTokensCount, RawMessageStreamEvent

    arguments = fitting(client.messages.create, case["arguments"])
    if case["call"] == "count_tokens":
        counted = client.messages.count_tokens(**arguments)
        return plain(counted), validate(MessageTokensCount, plain(counted))
    if case["call"] == "create":
        message = client.messages.create(**arguments)
        return plain(message), validate(Message, json.loads(case["answer"]))
    faults = []
    with client.messages.create(**arguments, stream=True) as events:
        for event in events:
            faults += validate(RawMessageStreamEvent, plain(event))
    with client.messages.stream(**arguments) as stream:
        for _ in stream:
            pass
        message = stream.get_final_message()
    return plain(message), faults + validate(Message, plain(message))


def with_responses(client, case):
    from openai.types.responses import Response, ResponseStreamEvent

    arguments = fitting(client.responses.create, case["arguments"])
    if case["call"] == "responses":
        response = client.responses.create(**arguments)
        return plain(response), validate(Response, json.loads(case["answer"]))
    faults = []
    response = None
    with client.responses.create(**arguments, stream=True) as events:
        for event in events:
            faults += validate(ResponseStreamEvent, plain(event))
            response = getattr(event, "response", response)
    # The SDK's own assembly knows of no other end.
    if response.status == "completed":
        with client.responses.stream(**arguments) as stream:
            for _ in stream:
                pass
            response = stream.get_final_response()
    return plain(response), faults + validate(Response, plain(response))


def with_lists(client, case):
    if case["call"] == "models":
        return [plain(model) for model in client.models.list()], []
    if case["call"] == "model":
        return plain(client.models.retrieve(**case["arguments"])), []
    from openai.types import CreateEmbeddingResponse

    reply = plain(client.embeddings.create(**case["arguments"]))
    return reply, validate(CreateEmbeddingResponse, reply)


def with_openai(client, case):
    from openai.lib.streaming.chat import ChatCompletionStreamState
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

    arguments = fitting(client.chat.completions.create, case["arguments"])
    if case["call"] == "create":
        completion = client.chat.completions.create(**arguments)
        return plain(completion), validate(ChatCompletion, json.loads(case["answer"]))
    faults = []
    state = ChatCompletionStreamState()
    with client.chat.completions.create(**arguments, stream=True) as chunks:
        for chunk in chunks:
            faults += validate(ChatCompletionChunk, plain(chunk))
            state.handle_chunk(chunk)
    completion = plain(state.get_final_completion())
    return completion, faults + validate(ChatCompletion, completion)


def run(case):
    sdk = {"anthropic": anthropic, "openai": openai}[case["sdk"]]
    outcome = {"name": case["name"], "sent": {}}
    client = client_of(sdk, case, outcome["sent"])
    try:
        call = with_anthropic if sdk is anthropic else with_openai
        if case["call"] in ("responses", "responses_stream"):
            call = with_responses
        if case["call"] in ("models", "model", "embeddings"):
            call = with_lists
        outcome["understood"], outcome["faults"] = call(client, case)
    except sdk.APIError as error:
        outcome["error"] = {
            "class": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "message": str(error),
            "param": getattr(error, "param", None),
            "code": getattr(error, "code", None),
        }
    return outcome


if sys.argv[1:] == ["check"]:
    print(f"anthropic {anthropic.__version__}, openai {openai.__version__}")
else:
    json.dump([run(case) for case in json.load(sys.stdin)], sys.stdout)
