"""Looking at a version: its files, what the check finds, its drawings, and how its rehearsals went. Changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.responses import Response

from bot.desk_pages.showing import of, shown
from bot.desk_pages.workshop import Workshop
from dialogs.drawing import OVERVIEW, SVG_SUFFIX, Diagram
from dialogs.findings import FlowErrors
from dialogs.source import SUFFIX
from service_directory.desk.people import EDITORS
from service_directory.desk.web.pages import Call, Pages

_SIZES = (50, 75, 100, 150, 200)
# A drawing brings its own style along, and nothing else.
_PICTURE_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
_WIDTH = re.compile(r'<svg[^>]* width="([0-9.]+)"')
_NEVER_REHEARSED = "F318"


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a step, in words: what is tapped, and where that leads."""

    labels: str
    to: str


@dataclass(frozen=True, slots=True)
class Place:
    """One box of a drawing, in words."""

    name: str
    words: str
    ways: tuple[Way, ...]


def reading_pages(workshop: Workshop) -> Pages:
    """The pages that show a version."""
    pages = Pages()

    @pages.get("/conversations/{version}", may=EDITORS)
    async def overview(call: Call) -> Response:
        version = await of(workshop, call)
        findings = await workshop.check(version.looked, call.at)
        errors = sum(finding.severity == "error" for finding in findings)
        flows = await workshop.flows(version.looked)
        return call.page(
            "editors/version.html",
            version=version,
            flows=flows,
            others=[file for file in version.looked.files if file.removesuffix(SUFFIX) not in flows],
            errors=errors,
            warnings=len(findings) - errors,
        )

    @pages.get("/conversations/{version}/findings", may=EDITORS)
    async def findings(call: Call) -> Response:
        version = await of(workshop, call)
        found = await workshop.check(version.looked, call.at)
        return call.page("editors/findings.html", version=version, findings=shown(version, found))

    @pages.get("/conversations/{version}/files/{file:path}", may=EDITORS)
    async def file(call: Call) -> Response:
        version = await of(workshop, call)
        name = str(call.path["file"])
        data = version.looked.files.get(name)
        if data is None:
            call.not_found()
        lines = data.decode("utf-8", "replace").splitlines()
        return call.page("editors/file.html", version=version, name=name, lines=lines)

    @pages.get("/conversations/{version}/drawing", may=EDITORS)
    async def drawing_of_all(call: Call) -> Response:
        return await _drawing(call, "")

    @pages.get("/conversations/{version}/drawing/{flow}", may=EDITORS)
    async def drawing(call: Call) -> Response:
        return await _drawing(call, str(call.path["flow"]))

    async def _drawing(call: Call, flow: str) -> Response:
        version = await of(workshop, call)
        found = await workshop.check(version.looked, call.at)
        if flow.endswith(SVG_SUFFIX):
            name = flow.removesuffix(SVG_SUFFIX)
            diagram = await workshop.diagram(version.looked, "" if name == OVERVIEW else name, found)
            if diagram is None:
                call.not_found()
            picture = await workshop.picture(diagram)
            return Response(picture, media_type="image/svg+xml", headers=_PICTURE_HEADERS)
        diagram = await workshop.diagram(version.looked, flow, found)
        if diagram is None:
            call.not_found()
        size = int(call.query("size")) if call.query("size") in map(str, _SIZES) else None
        width = None if size is None else _width(await workshop.picture(diagram)) * size // 100
        return call.page(
            "editors/drawing.html",
            version=version,
            flow=flow,
            picture=f"{flow or OVERVIEW}{SVG_SUFFIX}",
            diagram=diagram,
            places=list(_in_words(diagram)),
            size=size,
            width=width,
            sizes=_SIZES,
            flows=await workshop.flows(version.looked),
        )

    @pages.get("/conversations/{version}/rehearsals", may=EDITORS)
    async def rehearsals(call: Call) -> Response:
        version = await of(workshop, call)
        try:
            came = await workshop.rehearse(version.looked, call.at)
        except FlowErrors as errors:
            return call.page("editors/cannot.html", version=version, findings=errors.findings, status=409)
        wrong = [finding for finding in came.findings if finding.code != _NEVER_REHEARSED]
        never = [finding for finding in came.findings if finding.code == _NEVER_REHEARSED]
        return call.page(
            "editors/rehearsals.html", version=version, came=came, wrong=shown(version, wrong), never=never
        )

    return pages


def _width(picture: str) -> int:
    """How wide a drawing is by itself, in pixels."""
    found = _WIDTH.search(picture)
    return 0 if found is None else round(float(found[1]))


def _in_words(diagram: Diagram) -> Iterator[Place]:
    """The drawing as a list, for whoever reads better than he sees."""
    names = {box.id: box.name or box.words for box in diagram.boxes}
    for box in diagram.boxes:
        ways = tuple(
            Way(", ".join(arrow.labels), names[arrow.target]) for arrow in diagram.arrows if arrow.source == box.id
        )
        # A box without a name only says that it ends or goes back there: the way to it says so as well.
        if ways or box.name:
            yield Place(names[box.id] or box.kind, box.words if box.name else "", ways)
