"""What a rehearsal is: a conversation as the helpline team expects it, written down turn by turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from dialogs import parsing
from dialogs.findings import Findings, did_you_mean, listed
from dialogs.known import Known
from dialogs.parsing import Node, Scalar
from dialogs.reading import Fields, scalar
from dialogs.spans import Ref, Span
from dialogs.steps.branch import CHANNELS
from dialogs.steps.locate import AREA_CODE

VERSION = "1"
UNKNOWN = "unknown"
GONE = "gone"

ActKind = Literal["taps", "types", "danger", "place", "services"]
ACTS: tuple[ActKind, ...] = get_args(ActKind)
EXPECTATIONS = ("reads", "not", "offered", "at")
OUTCOMES = ("found", "widened", "none", "unavailable", GONE)


@dataclass(frozen=True, slots=True)
class Area:
    """An area that a typed place may mean: its code, its name, and the nation or county that tells it apart."""

    code: str
    name: str
    beyond: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """What happens in a turn: he taps, types or is in danger, or the map or the directory answers.

    `value` is the label, the words, the danger or the outcome; `areas` are what a place may be (none: unknown).
    """

    kind: ActKind
    value: str
    span: Span
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: what happens (nothing: his first message), and what he must then see."""

    act: Act | None
    reads: tuple[Ref, ...]
    unread: tuple[Ref, ...]
    offered: tuple[Ref, ...]
    at: Ref
    span: Span


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One conversation, from his first message on. `language` is empty for the one the flows are written in."""

    title: str
    channel: str
    language: Ref
    turns: tuple[Turn, ...]
    span: Span


def read_rehearsal(file: str, data: bytes, findings: Findings) -> Rehearsal | None:
    """The rehearsal of one file, or None when it cannot be played. Mistakes are reported as those in flows are."""
    before = len(findings.found)
    node = parsing.parse(file, data, findings)
    if node is None:
        return None
    fields = Fields(node, findings, "the rehearsal", known=Known())
    if not fields.readable:
        return None
    version = fields.name("rehearsal")
    if version and version.name != VERSION:
        hint = f"Write `rehearsal: {VERSION}`."
        findings.add("F300", version.span, f"This rehearsal is written in version `{version.name}`.", hint=hint)
    rehearsal = Rehearsal(
        title=fields.words("title"),
        channel=_channel(fields),
        language=fields.name("lang", required=False),
        turns=tuple(_turns(fields.items("talk"), findings)),
        span=fields.key_span("rehearsal"),
    )
    fields.close()
    return rehearsal if len(findings.found) == before else None


def _channel(fields: Fields) -> str:
    channel = fields.name("channel", required=False)
    if channel and channel.name not in CHANNELS:
        hint = did_you_mean(channel.name, CHANNELS)
        fields.findings.add("F302", channel.span, f"There is no channel `{channel.name}`.", hint=hint)
    return channel.name or CHANNELS[0]


def _turns(nodes: Sequence[Node], findings: Findings) -> list[Turn]:
    turns = []
    for number, node in enumerate(nodes):
        fields = Fields(node, findings, "a turn", known=Known())
        if fields.readable:
            turns.append(_turn(fields, first=number == 0))
    return turns


def _turn(fields: Fields, *, first: bool) -> Turn:
    names = {name: span for name, span in fields.names()}
    span = next(iter(names.values()), fields.span)
    acts = [kind for kind in ACTS if kind in names]
    if len(acts) > 1:
        fields.findings.add(
            "F301",
            names[acts[1]],
            f"{listed(acts)} in one turn.",
            hint="Begin a new turn, with `- `, for each thing that happens.",
        )
    if not acts and not first:
        hint = f"Put these lines under the turn before, or begin with one of {listed(ACTS, 'or')}."
        fields.findings.add("F301", span, "Nothing happens in this turn.", hint=hint)
    fields.ignore(*ACTS)
    turn = Turn(
        act=_act(acts[0], fields) if acts else None,
        reads=_one_or_more("reads", fields),
        unread=_one_or_more("not", fields),
        offered=_one_or_more("offered", fields),
        at=fields.name("at", required=False),
        span=span,
    )
    fields.close()
    return turn


def _act(kind: ActKind, fields: Fields) -> Act | None:
    node = fields.node(kind, required=True)
    if kind == "place" and isinstance(node, parsing.Mapping):
        areas = [_area(key, value, fields.findings) for key, value in node.entries]
        return Act(kind, "", node.span, tuple(area for area in areas if area))
    value = scalar(node, fields.findings, f"`{kind}`") if node is not None else None
    if value is None:
        return None
    allowed: Mapping[ActKind, tuple[str, ...]] = {"place": (UNKNOWN,), "services": OUTCOMES}
    if kind in allowed and value.value not in allowed[kind]:
        hint = (
            f"Write `place: {UNKNOWN}`, or the area's code and name: `place: {{E08000035: Leeds}}`."
            if kind == "place"
            else did_you_mean(value.value, OUTCOMES)
        )
        fields.findings.add("F303", value.span, f"`{kind}` cannot be `{value.value}`.", hint=hint)
    return Act(kind, " ".join(value.value.split()), value.span)


def _area(code: Scalar, node: Node, findings: Findings) -> Area | None:
    name = scalar(node, findings, f"`{code.value}`")
    if not AREA_CODE.fullmatch(code.value):
        hint = "Leeds is E08000035; `fingerpost places find` tells the code of any place."
        findings.add("F303", code.span, f"`{code.value}` is not an area's code.", hint=hint)
        return None
    if name is None:
        return None
    called, _, beyond = name.value.partition(",")
    return Area(code.value, called.strip(), beyond.strip())


def _one_or_more(name: str, fields: Fields) -> tuple[Ref, ...]:
    """One text, or a list of them."""
    node = fields.node(name, required=False)
    if node is None:
        return ()
    nodes = node.items if isinstance(node, parsing.Sequence) else (node,)
    read = (scalar(item, fields.findings, f"`{name}`") for item in nodes)
    return tuple(Ref(item.value, item.span) for item in read if item)
