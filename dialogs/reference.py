"""The page that explains every entry of a flow, made from the tables that the loader and the schema share.

`python -m dialogs.reference > docs/flow-language.md` writes it; a test holds the page to the program.
"""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from collections.abc import Iterator

from dialogs.cards import CARD_LINES
from dialogs.codes import CODES
from dialogs.editorial.allowances import ALLOWANCE_ENTRIES
from dialogs.entries import RETURN, Entries
from dialogs.findings import listed
from dialogs.flow import FLOW_ENTRIES
from dialogs.heads import REVIEW_ENTRIES, SOURCE_ENTRIES
from dialogs.steps import STEP_TYPES, Step
from dialogs.steps.choices import CHOICE_ENTRIES, OPTION_ENTRIES
from dialogs.texts import ABOUT, HELPLINE, LIFELINE, SILENCE

# A whole flow, small enough to read at a glance.
EXAMPLE = """\
language: 1
flow: short_talk
title: A short talk
starts: yes
review: {by: nobody yet, on: "", due: 2027-01-31}
answers:
  need: [talk, stay]
  where: area
sources:
  - {fact: What the words rely on., url: https://example.org/page, seen: 2026-11-22, confidence: B}
asides:
  trouble: |
    Something went wrong at my end.
choices:
  talk: {label: Talk to someone, words: [speak, chat]}
  stop: {label: That's all, words: [nothing], go: done}
first_step: hello
steps:
  hello:
    ask:
      text: |
        What would help most right now?
      why: |
        So that we show you only what fits.
      save: need
      options:
        - talk
        - {id: stay, label: Somewhere to stay, words: [housing, refuge]}
      go: anything
      skip: anything
  anything:
    ask:
      text: |
        You can also ring: {helpline}
      answerless: yes
      options: [stop]
  done:
    end:
      text: |
        You can come back whenever you like.
"""

# What any part of any flow can be told of; the rest stands with the kind of step that it is about.
_ANYWHERE = (
    *("F109", "F111", "F112", "F113", "F114", "F115", "F118", "F119", "F121", "F141", "F142", "F143", "F146", "F160"),
    *("F161", "F163"),
)


_PARTS = {
    "Under `review`": REVIEW_ENTRIES,
    "A source": SOURCE_ENTRIES,
    "An exception under `allow`": ALLOWANCE_ENTRIES,
}


def page() -> str:
    """The page, in Markdown."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# The flow language, entry by entry\n"
    yield "<!-- Made by `python -m dialogs.reference > docs/flow-language.md` from the tables in dialogs/. -->\n"
    yield _paragraph(
        "[editors.md](editors.md) teaches the language; this page is for looking things up. An entry in **bold** is"
        " required. Wherever it stands, an entry can be told of " + _codes(_ANYWHERE) + "."
    )
    yield "## A flow\n"
    yield f"```yaml\n{EXAMPLE}```\n"
    yield from _table(FLOW_ENTRIES)
    for heading, entries in _PARTS.items():
        yield f"### {heading}\n"
        yield from _table(entries)
    yield "## Texts\n"
    yield _paragraph(
        f"Every text can use the slots `{{{HELPLINE}}}` (the helpline's line), `{{{LIFELINE}NAME}}` (the line of"
        f" another lifeline) and `{{{SILENCE}}}` (how long without a word until all is forgotten). What the operator"
        f" says of himself stands in {listed(f'{{{name}}}' for name in ABOUT)}. Some texts have further"
        " slots, named with them. `first`, asides and the lines of a card have only their own. `{{` and `}}` stand"
        " for braces."
    )
    yield "## Options\n"
    yield _paragraph(
        "An option is written out in its question, or under `choices` at the top of the flow and named in the"
        f" question. `{RETURN}` as a `go` ends a flow that was called, or that answers a danger, and leads back to"
        " where he was."
    )
    yield from _table(OPTION_ENTRIES)
    yield "### Under `choices`\n"
    yield "The same, but the name of the entry is the id.\n"
    yield from _table(CHOICE_ENTRIES)
    yield "## Kinds of step\n"
    yield "A step has a name and one kind.\n"
    for kind, step in STEP_TYPES.items():
        yield from _step(kind, step)
    yield "## The lines of a card\n"
    yield "A `find` step words each of them under `lines`.\n"
    yield "| line | slots |"
    yield "|---|---|"
    for line, slots in CARD_LINES.items():
        yield f"| `{line}` | {' '.join(f'`{{{slot}}}`' for slot in slots) or '-'} |"


def _paragraph(text: str) -> str:
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False) + "\n"


def _step(kind: str, step: type[Step]) -> Iterator[str]:
    yield f"### `{kind}`\n"
    yield f"{inspect.getdoc(step)}\n"
    yield from _table(step.entries)
    yield _paragraph(f"It can be told of {_codes(step.codes)}.")


def _table(entries: Entries) -> Iterator[str]:
    yield "| entry | holds | meaning |"
    yield "|---|---|---|"
    for name, entry in entries.items():
        shown = f"**`{name}`**" if entry.required else f"`{name}`"
        need = f" {entry.need}" if entry.unless else ""
        yield f"| {shown} | {entry.kind.words} | {entry.meaning}{need} |"
    yield ""


def _codes(codes: tuple[str, ...]) -> str:
    return ", ".join(f"[{code}](flow-errors.md#{_anchor(f'{code} {CODES[code].title}')})" for code in codes)


def _anchor(heading: str) -> str:
    """The name that a heading can be linked by, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


if __name__ == "__main__":
    sys.stdout.write(page())
