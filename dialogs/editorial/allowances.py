"""Words that a flow may say although they are on the list of words to avoid, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.entries import PLAIN, Entries, Entry, list_of, parts_of
from dialogs.reading import Fields
from dialogs.spans import Span

ALLOWANCE_ENTRIES: Entries = {
    "words": Entry(PLAIN, "The words, just as the text has them: there an avoided word may stand.", required=True),
    "why": Entry(PLAIN, "Why the flow cannot do without them.", required=True),
}
ALLOW = list_of(parts_of(ALLOWANCE_ENTRIES, "an exception"), "a list of exceptions: `words` and `why`")


@dataclass(frozen=True, slots=True)
class Allowance:
    """A phrase of this flow in which avoided words may stand, just as the text has it, and why it needs them."""

    words: str
    why: str
    span: Span


def read_allowances(fields: Fields) -> tuple[Allowance, ...]:
    """The entries of `allow` at the top of a flow."""
    allowances = []
    for node in fields.items("allow", required=False):
        inner = fields.part(node, "an exception")
        if inner.readable:
            allowances.append(Allowance(inner.words("words"), inner.words("why"), inner.span))
            inner.close()
    return tuple(allowances)
