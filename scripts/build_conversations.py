"""Writes docs/conversations.md from the sandbox: `python -m scripts.build_conversations`.

The questions and their calls are those of tests/questions; the clock is the one that the tests stop too.
"""

from scripts.shown import DOCS, shown, write
from tests.questions.bank import BANK
from tests.questions.question import transcript
from tests.tools.sandboxed import in_sandbox, world

PAGE = DOCS / "conversations.md"

INTRODUCTION = """\
# Five conversations

A question, the calls of an assistant, each answer as it reads it, and what it could then say. The runs are those of the
sandbox; this page is written by `python -m scripts.build_conversations`. `NONCE` stands for what differs from call to
call.
"""

SAID = {
    "last night": """\
39 runs failed, for 16 causes. The largest is new: the model provider was overloaded (503), which broke 9 runs of 4
agents from 03:00 to 03:59, ticket 10192 for one, and none after that. The next will go on: 7 runs failed because a
certificate of the carriers has expired, the last at 07:35.""",
    "failed refund": """\
Something before it. `lookup_order` was refused with a 401 at step 1, as the access token of the CRM has expired.
The agent went on without the total, and so step 3 was told `amount is required`. Renew the token, then take up
ticket 83340 again.""",
    "completed but not done": """\
Yes, 13 of 154. In 2 of them `crm_add_note` was refused with a 401: ticket 70060 says `Unsubscribed the customer`,
but the note `no newsletter` was never written.""",
    "left the path": """\
At step 2, `create_return_label`: the certificate of the carrier has expired. In `conduit:armh2hj0`, which went
well, the agent did the same with another order, so it is the carrier and not the agent.""",
    "marked critical": """\
2, both of the `Inbound booking line`. In the newest the agent cancelled `KBMH9W`. A reviewer noted that it should
have been `0KM2HV`, and: `Read the reference back first.`""",
}
"""What could be said after the questions of the bank by these names; each figure and name stands in an answer."""


async def page() -> str:
    """The whole page."""
    bank = {question.name: question for question in BANK}
    parts = [INTRODUCTION]
    async with in_sandbox() as asked:
        for name, said in SAID.items():
            parts.append(f"## {bank[name].asked}\n")
            for call, answer in await transcript(bank[name], world(), asked):
                parts.append(shown(call.tool, call.arguments, answer))
            parts.append("".join(f"> {line}\n" for line in said.splitlines()))
    return "\n".join(parts)


if __name__ == "__main__":
    write(PAGE, page, __doc__)
