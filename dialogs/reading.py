"""Reads the entries of one part of a flow, and reports what is missing, unknown or of the wrong kind.

A reader never stops at a mistake: it reports it, hands back something empty, and goes on, so that an author
sees all mistakes at once. Empty things are passed over by later checks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile

from dialogs import parsing
from dialogs.entries import RETURN, Entries
from dialogs.findings import Findings, closest, did_you_mean, listed
from dialogs.known import Known
from dialogs.spans import Ref, Span
from dialogs.texts import Text
from dialogs.wording import LONGEST_TEXT, RESERVED_HINT, good_name, read_text, scalar, sentence, warn_of_comment

_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class Fields:
    """The entries of one mapping. Call `close` when all have been asked for.

    `entries` is their table, from which a missing one is explained. `shared` are the options under the flow's
    `choices`, for questions to name.
    """

    def __init__(
        self,
        node: parsing.Node,
        findings: Findings,
        what: str,
        *,
        known: Known,
        entries: Entries | None = None,
        shared: dict[str, parsing.Node] | None = None,
    ) -> None:
        self.span = node.span
        self.findings = findings
        self.what = what
        self.known = known
        self.entries = {} if entries is None else entries
        self.shared = {} if shared is None else shared
        self._entries: dict[str, tuple[parsing.Scalar, parsing.Node]] = {}
        self._asked: list[str] = []
        self._bracketed = isinstance(node, parsing.Mapping) and node.bracketed
        if isinstance(node, parsing.Mapping):
            self._entries = {key.value: (key, value) for key, value in node.entries}
            self.readable = True
        else:
            self.readable = False
            message = f"{sentence(what)} is made of entries, `name: value`."
            findings.add("F111", node.span, message, hint=_not_entries(node))

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def key_span(self, name: str) -> Span:
        return self._entries[name][0].span if name in self._entries else self.span

    def names(self) -> Iterator[tuple[str, Span]]:
        return ((name, key.span) for name, (key, _) in self._entries.items())

    def node(self, name: str, *, required: bool) -> parsing.Node | None:
        self._asked.append(name)
        if name in self._entries:
            return self._entries[name][1]
        if required and self.readable and not self._misspelt(name):
            hint = f"Add `{name}: ...`."
            if (entry := self.entries.get(name)) is not None:
                hint += f" {entry.meaning}" + (
                    f" Or add {entry.unless}, if nothing is really asked." * bool(entry.unless)
                )
            self.findings.add("F113", self.span, f"{sentence(self.what)} has no `{name}`.", hint=hint)
        return None

    def _misspelt(self, name: str) -> bool:
        """Whether an entry that nothing will ask for is likely this one: it is reported when the part is closed."""
        return any(entry not in self.entries and closest(entry, [name]) for entry in self._entries)

    def ignore(self, *names: str) -> None:
        """Entries that have been reported on elsewhere."""
        self._asked.extend(names)

    def close(self) -> None:
        """Report every entry that nothing asked for."""
        free = [name for name in self._asked if name not in self._entries]
        for name, (key, value) in self._entries.items():
            if name not in self._asked:
                hint = _unknown(key, value, free, bracketed=self._bracketed)
                self.findings.add("F112", key.span, f"{sentence(self.what)} has no entry `{name}`.", hint=hint)

    def scalar(self, name: str, *, required: bool = True) -> parsing.Scalar | None:
        """Plain text that is not empty."""
        node = self.node(name, required=required)
        if node is None:
            return None
        return scalar(node, self.findings, f"`{name}`")

    def words(self, name: str, *, required: bool = True) -> str:
        """Text without slots, for people to read."""
        node = self.scalar(name, required=required)
        if node is None:
            return ""
        warn_of_comment(node, self.findings)
        return " ".join(node.value.split())

    def text(self, name: str, *, required: bool = True, slots: Collection[str] = (), shared: bool = True) -> Text:
        """Text with slots. `slots` are allowed here beside those every text has (unless not `shared`)."""
        node = self.scalar(name, required=required)
        if node is None:
            return Text((), self.span)
        return read_text(node, self.findings, self.known, slots=slots, shared=shared)

    def name(self, name: str, *, required: bool = True) -> Ref:
        """A reference to something by its name."""
        node = self.scalar(name, required=required)
        return Ref(node.value, node.span) if node else Ref("", self.span)

    def switch(self, name: str, *, default: bool) -> bool:
        node = self.scalar(name, required=False)
        if node is None:
            return default
        if node.value not in _YES_NO:
            self.findings.add("F121", node.span, f"`{name}` is `{node.value}`.", hint="Write `yes` or `no`.")
            return default
        return _YES_NO[node.value]

    def items(self, name: str, *, required: bool = True) -> tuple[parsing.Node, ...]:
        """The items of a list."""
        node = self.node(name, required=required)
        if node is None:
            return ()
        if not isinstance(node, parsing.Sequence):
            self.findings.add(
                "F111", node.span, f"`{name}` is a list.", hint=_not_a_list(name, node, self._cut_off(name))
            )
            return ()
        return node.items

    def _cut_off(self, name: str) -> list[str]:
        """What followed the commas of a list that was written without brackets in `{...}`: `words: dog, cat, pet`. It
        was read as entries with nothing in them, which is told of with the list.
        """
        if not self._bracketed:
            return []
        behind = list(self._entries.items())[list(self._entries).index(name) + 1 :]
        cut = [entry for entry, (_, value) in takewhile(lambda item: _is_nothing(item[1][1]), behind)]
        self.ignore(*cut)
        return cut

    def scalars(self, name: str, *, required: bool = True) -> tuple[parsing.Scalar, ...]:
        """A list of plain texts."""
        read = (scalar(n, self.findings, f"an item of `{name}`") for n in self.items(name, required=required))
        found = tuple(node for node in read if node)
        for node in found:
            warn_of_comment(node, self.findings)
        return found

    def inside(self, name: str, what: str, *, required: bool = True, entries: Entries | None = None) -> Fields | None:
        """The entries of a part within this one."""
        node = self.node(name, required=required)
        return self.part(node, what, entries=entries) if node is not None else None

    def part(self, node: parsing.Node, what: str, *, entries: Entries | None = None) -> Fields:
        """The entries of a node within this one."""
        return Fields(node, self.findings, what, known=self.known, entries=entries, shared=self.shared)


def _not_entries(node: parsing.Scalar | parsing.Sequence) -> str:
    """What to do where entries are expected and something else stands."""
    if isinstance(node, parsing.Sequence):
        return "Take the `- ` or the brackets away: a name stands before each colon, and no two are the same."
    name, colon, value = node.value.partition(":")
    if colon and name.isidentifier():
        return f"Put a space after the colon: `{name}: {value}`."
    return "Write its entries on the lines below it, indented by two more spaces."


def _is_nothing(node: parsing.Node) -> bool:
    return isinstance(node, parsing.Scalar) and node.plain and not node.value


def _not_a_list(name: str, node: parsing.Scalar | parsing.Mapping, cut_off: Sequence[str]) -> str:
    """What to do where a list is expected and something else stands; `cut_off` is what a comma parted from it."""
    first = node.value if isinstance(node, parsing.Scalar) else node.entries[0][0].value if node.entries else ""
    if first.startswith("-"):
        return "Put a space after each `-`: `- item`."
    if isinstance(node, parsing.Mapping):
        return "Begin each item with `- `."
    items = ", ".join((node.value, *cut_off))
    if cut_off:
        return f"Write `{name}: [{items}]`: between square brackets the commas part its items."
    return f"Write `[{items}]`, or a line `- ` for each item."


def _unknown(key: parsing.Scalar, value: parsing.Node, free: Collection[str], *, bracketed: bool) -> str:
    """What was likely meant by an entry that is not known here."""
    name, colon, rest = key.value.partition(":")
    nothing = _is_nothing(value)
    if nothing and colon and rest and name in free:
        return f"Put a space after the colon: `{name}: {rest}`."
    likely = did_you_mean(key.value, free)
    if likely.startswith("Did"):
        return likely
    if nothing and bracketed:
        return "If it belongs to the text before it: a comma ends a text here, so put that text in double quotes."
    return f"Still free here: {listed(free)}." if free else ""


__all__ = [
    "LONGEST_TEXT",
    "RESERVED_HINT",
    "RETURN",
    "Fields",
    "good_name",
    "read_text",
    "scalar",
    "sentence",
    "warn_of_comment",
]
