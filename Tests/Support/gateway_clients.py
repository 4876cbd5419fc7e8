"""The SDKs of Anthropic and OpenAI against a gateway: gateway_clients.py ADDRESS KEY.

Every answer of the models behind it is "Forty-two.". Ends with status 1 at the first check that fails.
"""

import sys
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


def question(text):
    return [{"role": "user", "content": text}]


def main(address, key):
    claude = anthropic.Anthropic(base_url=address, auth_token=key, api_key=None, max_retries=0)
    message = claude.messages.create(model=MODEL, max_tokens=64, messages=question("Anthropic asks once"))
    check("a message", message.content[0].text == ANSWER and message.stop_reason == "end_turn")
    check("its usage", message.usage.output_tokens > 0)
    with claude.messages.stream(model=MODEL, max_tokens=64, messages=question("Anthropic streams once")) as stream:
        check("a stream of text", "".join(stream.text_stream) == ANSWER)
        check("the final message", stream.get_final_message().stop_reason == "end_turn")
    count = claude.messages.count_tokens(model=MODEL, messages=question("Anthropic counts once"))
    check("counted tokens", count.input_tokens > 0)
    check("a list of models", MODEL in [model.id for model in claude.models.list()])
    try:
        claude.messages.create(model="nobody", max_tokens=64, messages=question("x"))
        check("an unknown model", False)
    except anthropic.NotFoundError as error:
        check("an unknown model", "there is no model 'nobody' here" in str(error))

    gpt = openai.OpenAI(base_url=address + "/v1", api_key=key, max_retries=0)
    chat = gpt.chat.completions.create(model=MODEL, max_tokens=64, messages=question("OpenAI asks once"))
    check("a chat", chat.choices[0].message.content == ANSWER and chat.usage.total_tokens > 0)
    text, usage = "", None
    for chunk in gpt.chat.completions.create(
            model=MODEL, max_tokens=64, stream=True, stream_options={"include_usage": True},
            messages=question("OpenAI streams once")):
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
        usage = chunk.usage or usage
    check("a streamed chat", text == ANSWER and usage.total_tokens > 0)
    response = gpt.responses.create(model=MODEL, max_output_tokens=64, input="Responses ask once")
    check("a response", response.output_text == ANSWER and response.status == "completed")
    text = ""
    with gpt.responses.stream(model=MODEL, max_output_tokens=64, input="Responses stream once") as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                text += event.delta
        check("a streamed response", text == ANSWER and stream.get_final_response().status == "completed")
    check("a model", gpt.models.retrieve(MODEL).id == MODEL)
    try:
        openai.OpenAI(base_url=address + "/v1", api_key="vj-nobody", max_retries=0).models.list()
        check("a wrong key", False)
    except openai.AuthenticationError as error:
        check("a wrong key", error.status_code == 401)
    try:
        gpt.chat.completions.create(model=MODEL, messages=[{"role": "alien", "content": "x"}])
        check("a wrong role", False)
    except openai.BadRequestError as error:
        check("a wrong role", error.param == "messages[0].role")
    print(f"{passed} checks passed")


main(*sys.argv[1:])
