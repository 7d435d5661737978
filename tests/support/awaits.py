"""Does harm to a piece of work at one of its awaits: every place where it waits can be found, counted and hit."""

from __future__ import annotations

import asyncio
import contextlib
import types
from collections.abc import Coroutine, Generator, Iterator
from typing import Any, Literal, TypeVar

Harm = Literal["cancel", "kill"]
Result = TypeVar("Result")


class Awaits:
    """Counts the awaits of a piece of work, those of the tasks that it begins too, and harms it at one of them.

    ``cancel`` cancels the work while it waits there. ``kill`` lets what it waits for come to its end and then never
    lets the work, or any task that it began, take another step, as when a process dies: no ``finally`` runs.
    Without a harm they are only counted. ``reached`` is how many there were.
    """

    def __init__(self, harm: Harm | None = None, at: int = 0) -> None:
        self.reached = 0
        self._harm = harm
        self._at = at
        self._tasks: list[asyncio.Task[Any]] = []
        self._dead = asyncio.Event()
        self._never: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """What comes of the work; None when it was harmed before its end."""
        died = asyncio.create_task(self._dead.wait())
        with self._watching():
            task = asyncio.create_task(work)
            await asyncio.wait({task, died}, return_when=asyncio.FIRST_COMPLETED)
        died.cancel()
        if self._dead.is_set():
            return None
        try:
            return await task
        except asyncio.CancelledError:
            return None

    async def bury(self) -> None:
        """Let what was killed end, for Python's sake: to be called when all that came after has been looked at."""
        self._harm = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @contextlib.contextmanager
    def _watching(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        before = loop.get_task_factory()
        loop.set_task_factory(self._begun)
        try:
            yield
        finally:
            loop.set_task_factory(before)

    def _begun(self, loop: asyncio.AbstractEventLoop, work: Any, **named: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(self._watched(work), loop=loop, **named)
        self._tasks.append(task)
        return task

    async def _watched(self, work: Coroutine[Any, Any, Result]) -> Result:
        return await self._steps(work)

    @types.coroutine
    def _steps(self, work: Coroutine[Any, Any, Result]) -> Generator[Any, None, Result]:
        thrown: BaseException | None = None
        while True:
            try:
                waiting = work.send(None) if thrown is None else work.throw(thrown)
            except StopIteration as end:
                result: Result = end.value
                return result
            thrown = None
            self.reached += 1
            if self._harm is not None and self.reached == self._at:
                self._do_harm()
            try:
                yield waiting
                while self._harm == "kill" and self._dead.is_set():
                    yield from self._never
            except BaseException as error:
                thrown = error

    def _do_harm(self) -> None:
        if self._harm == "cancel":
            self._tasks[0].cancel()
        else:
            self._dead.set()
