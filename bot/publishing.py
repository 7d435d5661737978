"""Publishing a version of the conversations, and rolling one back: what is checked first, and what is told.

The bytes are read once; what is checked is what is kept. People who are in the middle of the version that is
replaced are carried to the new one where that is proven to be sound; where it is not, the editor says where they go
on, or lets them finish on the old version. Without either nothing is published.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.publications import Action, Publication, Publications
from bot.sessions import Sessions
from bot.switching import Census, can_be_used, carried_of, compared, told
from dialogs.findings import Finding, Findings
from dialogs.known import Known
from dialogs.loading import check_source
from dialogs.source import Source
from dialogs.spans import Span
from dialogs.versions.carrying import Moves
from dialogs.versions.comparing import Comparison

SHIPPED_BY = "fingerpost"
SHIPPED_WHY = "They came with the program."


class Refused(Exception):
    """It cannot be done, and nothing was changed. The message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What an editor asks for and answers for: `by` whom and `why`, for the history.

    `moves` says where people go on who cannot be carried, `finish_old` lets them finish where they are. A
    `dry_run` changes nothing.
    """

    by: str
    why: str
    moves: Moves
    finish_old: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of it.

    `findings` are those of the check, and what speaks against carrying people. `refused`: some of them have to be
    put right first. `already`: it was the current version before. Of those who are in the middle of a conversation
    now, `carried` go on in this version and `finishing` finish on the one that they are in.
    """

    digest: str
    findings: tuple[Finding, ...] = ()
    refused: bool = False
    already: bool = False
    carried: int = 0
    finishing: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A version that is or was served: with its line of history, or (None) one that was never published.

    `live` is how many people are in the middle of it now.
    """

    digest: str
    current: bool
    live: int
    publication: Publication | None


class Publishing:
    """Publishing, over the stores. Every method raises DatabaseError when one of them fails.

    `known` is what a version is checked against, and `shipped` what is served while nothing was published.
    """

    def __init__(
        self,
        publications: Publications,
        sessions: Sessions,
        shipped: Source,
        known: Known,
        clock: Callable[[], datetime],
    ) -> None:
        self._publications = publications
        self._sessions = sessions
        self._shipped = shipped
        self._known = known
        self._clock = clock

    async def publish(self, source: Source, request: Request) -> Report:
        """Make a version current, when its check has no errors and nobody would be stranded.

        Raises Overtaken when somebody else published in the meantime.
        """
        findings = await self._check(source)
        if any(finding.severity == "error" for finding in findings):
            return Report(digest=source.digest, findings=findings, refused=True)
        current = await self._publications.current()
        if current is not None and current.digest == source.digest:
            return Report(digest=source.digest, findings=findings, already=True)
        return await self._switch(source, request, "published", current, findings)

    async def rollback(self, digest: str | None, request: Request) -> Report:
        """Make a version current again that was published before; None: the one before the present one.

        Whoever cannot go on in it finishes on the version that he is in: at night nobody has the time to say where
        each of them goes. What passed its check once is not refused by a check that is newer: its findings are told.
        Raises Refused when there is no such version, and Overtaken when somebody else published in the meantime.
        """
        history = await self._publications.history()
        wanted = _one_before(history) if digest is None else _named(digest, history)
        if wanted == history[0].digest:
            return Report(digest=wanted, already=True)
        source = await self._publications.source(wanted)
        if source is None:
            raise Refused(f"The version {wanted} is not kept any more as it was published.")
        if not await asyncio.to_thread(can_be_used, source, self._known):
            raise Refused(f"The version {wanted} cannot be used by this program. Upgrade the program first.")
        finishing = replace(request, finish_old=True)
        return await self._switch(source, finishing, "rolled back", history[0], await self._check(source))

    async def versions(self) -> list[Listed]:
        """Every publication, the newest first; then what is or was served without being published."""
        live: Counter[str] = Counter()
        for whereabouts, count in (await self._sessions.census(self._clock())).items():
            live[whereabouts.version] += count
        history = await self._publications.history()
        unpublished = dict.fromkeys((*(() if history else (self._shipped.digest,)), *sorted(live)))
        for publication in history:
            unpublished.pop(publication.digest, None)
        return [
            *(Listed(p.digest, p is history[0], live[p.digest], p) for p in history),
            *(Listed(d, not history and d == self._shipped.digest, live[d], None) for d in unpublished),
        ]

    async def keep_shipped(self) -> None:
        """Keep the shipped version, while nothing was ever published, so that it can be finished after an upgrade.

        Those who are in the middle of the one of before the upgrade are carried as far as that is sound.
        """
        if await self._publications.current() is None:
            versions = await self._compared(self._shipped, {}, await self._sessions.census(self._clock()))
            passages = {digest: comparison.passage for digest, comparison in versions.items()}
            await self._publications.keep(self._shipped, self._clock(), passages)

    # --- the switch -----------------------------------------------------------------------------------------

    async def _switch(
        self,
        source: Source,
        request: Request,
        action: Action,
        current: Publication | None,
        findings: tuple[Finding, ...],
    ) -> Report:
        replaced = self._shipped.digest if current is None else current.digest
        census = await self._sessions.census(self._clock())
        versions = await self._compared(source, request.moves, census, replaced)
        against = told(versions[replaced], replaced, census) if replaced in versions else ()
        wrong_move = any(finding.code == "F274" for finding in against)
        refused = wrong_move or (bool(against) and not request.finish_old)
        if action == "rolled back" and not refused:
            # They finish where they are, and how many they are is told; there is nothing for the editor to do.
            against = ()
        passages = {digest: comparison.passage for digest, comparison in versions.items()}
        carried = carried_of(census, source.digest, passages)
        if not refused and not request.dry_run:
            if current is None:
                # What is replaced must be there to be finished, and to be rolled back to.
                await self._publications.keep(self._shipped, self._clock())
            await self._publications.add(source, self._lines(source, request, action, current), passages)
        return Report(
            digest=source.digest,
            findings=(*findings, *against),
            refused=refused,
            carried=carried,
            finishing=census.total() - carried,
        )

    async def _compared(self, source: Source, moves: Moves, census: Census, *replaced: str) -> dict[str, Comparison]:
        """Every version that somebody is in the middle of, and those `replaced`, compared with the new one."""
        digests = {*replaced, *(who.version for who in census)} - {source.digest}
        sources = [await self._source(digest) for digest in sorted(digests)]
        kept = [old for old in sources if old is not None]
        return await asyncio.to_thread(compared, source, kept, moves, self._known)

    async def _source(self, digest: str) -> Source | None:
        return self._shipped if digest == self._shipped.digest else await self._publications.source(digest)

    async def _check(self, source: Source) -> tuple[Finding, ...]:
        if source.alone:
            findings = Findings()
            message = "One flow alone is no version: people would lose all the others."
            findings.add("F275", Span.of_file(source.shown), message, hint="Name the folder that it lies in.")
            return findings.sorted()
        return tuple(await asyncio.to_thread(check_source, source, self._known))

    def _lines(
        self, source: Source, request: Request, action: Action, current: Publication | None
    ) -> list[Publication]:
        """The line of history, and before the very first one a line for what was served until then."""
        line = Publication(
            number=1 if current is None else current.number + 1,
            digest=source.digest,
            at=self._clock(),
            who=request.by,
            why=request.why,
            action=action,
            moves=request.moves,
            finish_old=request.finish_old,
        )
        if current is not None or source.digest == self._shipped.digest:
            return [line]
        shipped = replace(
            line,
            digest=self._shipped.digest,
            who=SHIPPED_BY,
            why=SHIPPED_WHY,
            action="shipped",
            moves={},
            finish_old=False,
        )
        return [shipped, replace(line, number=line.number + 1)]


def _one_before(history: Sequence[Publication]) -> str:
    """What was current before the present version was published.

    To roll back once more goes further back: never forward to what was rolled back from.
    """
    if not history:
        raise Refused("Nothing was ever published here, so there is nothing to roll back to.")
    current = history[0].digest
    published = next(n for n, line in enumerate(history) if line.digest == current and line.action != "rolled back")
    before = next((line.digest for line in history[published + 1 :] if line.digest != current), None)
    if before is None:
        raise Refused("Nothing was published before the present version.")
    return before


def _named(digest: str, history: Sequence[Publication]) -> str:
    if all(line.digest != digest for line in history):
        raise Refused(f"No version {digest} was ever published here. 'fingerpost flows versions' lists them.")
    return digest
