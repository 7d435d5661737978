"""A directory document (YAML) in, rows of the tables out, with every mistake named. Pure.

The format is described in docs/stewards.md. The example directory is such a document, and so is what an
operator loads.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from service_directory.attested import read_attestations, read_suspensions
from service_directory.changes import Row, Value
from service_directory.criteria import Standards, shipped
from service_directory.evidenced import read_evidence, read_other_marks
from service_directory.fields import Fields, Rejection
from service_directory.hidden_places import looks_like_address
from service_directory.offered import SHOWN, is_hidden, read_service
from service_directory.placed import refuse_places
from service_directory.said_beside import refuse_beside

_FORMAT = 1
#: How many nodes of YAML there may be with every repetition written out: so many, or so many times those written.
_REPEATED_FREELY, _MOST_REPEATED, _ENDLESS = 100_000, 20, 10**12


@dataclass(frozen=True, slots=True)
class Entry:
    """One organization or service of a document, as rows. `name` is what people know it by in a report."""

    kind: str
    id: str
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        return f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class Document:
    """What a document holds: the entries without a mistake, and what is wrong with the others."""

    example: bool
    entries: tuple[Entry, ...]
    rejected: tuple[Rejection, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What a document is read against: the day in London that relative dates count from, the codes of the areas
    that exist, and the standards that are known."""

    today: date
    areas: Collection[str]
    standards: Standards


def read_document(
    source: str | Mapping[str, Any],
    *,
    today: date,
    areas: Collection[str],
    standards: Standards | None = None,
) -> Document:
    """Read a document: its text, or the same already read as YAML.

    `today` is the day in London that relative dates count from; `areas` are the codes that exist; `standards` those
    that are known (the shipped one, unless given). Never raises for what stands in the document: a text that cannot
    be read at all is one rejection.
    """
    known = Context(today, areas, standards or {shipped().id: shipped()})
    try:
        values = yaml.load(source, Loader=_Loader) if isinstance(source, str) else source  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Document(False, (), (Rejection("the document", "", _plain_yaml_error(error)),))
    if not isinstance(values, Mapping):
        return Document(False, (), (Rejection("the document", "", "must begin with “directory: 1”"),))
    problems: list[Rejection] = []
    top = Fields("the document", values, today, False, problems)
    if not top.has("directory") or values["directory"] != _FORMAT:
        top.reject("directory", "must be 1, the format this program reads")
    example = top.flag("example", default=False)
    organizations = top.items("organizations")
    services = top.items("services")
    top.finish()
    if problems:
        return Document(False, (), tuple(problems))
    seen: set[tuple[str, str]] = set()
    entries: list[Entry] = []
    for kind, items in (("organization", organizations), ("service", services)):
        for number, item in enumerate(items, start=1):
            entry, mistakes = _read_entry(kind, number, item, known, example, seen)
            problems.extend(mistakes)
            if entry is not None and not mistakes:
                entries.append(entry)
    return Document(example, tuple(entries), tuple(problems))


def _read_entry(
    kind: str,
    number: int,
    item: Any,
    known: Context,
    example: bool,
    seen: set[tuple[str, str]],
) -> tuple[Entry | None, list[Rejection]]:
    problems: list[Rejection] = []
    known_as = f"{kind} {item['id']}" if isinstance(item, Mapping) and item.get("id") else f"{kind} {number}"
    if not isinstance(item, Mapping):
        return None, [Rejection(known_as, "", "must have fields of its own")]
    fields = Fields(known_as, item, known.today, example, problems)
    identity = fields.slug()
    if (kind, identity) in seen:
        fields.reject("id", "stands twice in the document")
    seen.add((kind, identity))
    if kind == "organization":
        rows = _read_organization(fields, identity)
    else:
        rows = read_service(fields, identity, known.areas)
        evidence = read_evidence(fields, identity)
        rows += evidence
        rows += read_attestations(fields, identity, known.standards, {row.id for row in evidence})
        rows += read_suspensions(fields, identity)
        rows += read_other_marks(fields, identity)
        if is_hidden(rows):
            refuse_places(fields, rows, {**SHOWN, "hold_reason": "hold"})
    refuse_beside(fields, rows)
    fields.finish()
    return Entry(kind, identity, tuple(rows)), problems


def _read_organization(fields: Fields, identity: str) -> list[Row]:
    name = fields.text("name", required=True, longest=120)
    if fields.example and name and not name.startswith("Example"):
        fields.reject("name", "must begin with “Example” in a document of examples")
    values: dict[str, Value] = {
        "name": name,
        "alternate_name": fields.text("also_known_as", longest=120),
        "description": fields.text("description"),
        "website": fields.url("website"),
        "email": fields.email("email") if fields.has("email") else "",
        "charity_number": fields.text("charity_number", longest=32),
        "company_number": fields.text("company_number", longest=32),
        "do_not_list": fields.flag("do_not_list", default=False),
    }
    # Men may stay in what an organization runs, whatever else it does: nothing of it may lead to a door.
    said = {
        "id": identity,
        "name": name,
        "also_known_as": values["alternate_name"],
        "description": values["description"],
    }
    for written, value in {**said, "website": values["website"], "email": values["email"]}.items():
        found = looks_like_address(str(value))
        if found:
            fields.reject(written, f"“{found}” looks like an address; an organization's is not kept")
    return [Row("organization", identity, None, values)]


class _Loader(yaml.SafeLoader):
    """Plain YAML that refuses a field written twice, where YAML would keep the last and say nothing."""

    def get_single_node(self) -> yaml.Node | None:
        node: yaml.Node | None = super().get_single_node()
        sizes: dict[int, int] = {}
        if node is not None and _size(node, sizes) > max(_REPEATED_FREELY, _MOST_REPEATED * len(sizes)):
            problem = "it repeats parts of itself (with & and *) again and again"
            raise yaml.composer.ComposerError(None, None, problem, node.start_mark)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                problem = f"the field {key.value} is written twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep=deep)


def _size(node: yaml.Node, sizes: dict[int, int]) -> int:
    """How many nodes there are with every repetition written out. What holds itself has no end."""
    known = sizes.get(id(node))
    if known is not None:
        return known
    sizes[id(node)] = _ENDLESS
    size = 1
    if isinstance(node, yaml.SequenceNode):
        size += sum(_size(inner, sizes) for inner in node.value)
    elif isinstance(node, yaml.MappingNode):
        size += sum(_size(inner, sizes) for pair in node.value for inner in pair)
    sizes[id(node)] = size
    return size


def _timestamp(loader: _Loader, node: yaml.ScalarNode) -> Any:
    """A date; or the text itself when there is no such day, so that the mistake is named with its field."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _timestamp)


def _plain_yaml_error(error: Exception) -> str:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return "cannot be read as YAML: it holds something that does not belong in a text file"
    mark = error.problem_mark
    return f"cannot be read as YAML: line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
