"""What he says of a service that he was shown: asked which it was where there were several, and passed on.

Of him nothing goes with it. What was passed on is remembered by the service's id alone, so that it is passed on once,
few are in one chat, and that service is not shown to him again.
"""

from __future__ import annotations

from dialogs import moves
from dialogs.exchange import EngineError, Report
from dialogs.hearing import Hearing
from dialogs.pieces import Option
from dialogs.steps import Ask, Choice, Locate
from dialogs.steps import Report as ReportStep
from dialogs.steps.report import OF_A_SERVICE

MOST_TOLD = 3
"""So many services can be passed on in one chat: who has more to say of them is playing."""

OF_THE_CHAT = "_chat"
"""What stands among the services told of when he has said something of the chat itself; no service's id begins so."""

_WHICH = "which"
_NONE = "_none"


class Telling(Hearing):
    """A turn in the making, in which he may have said what went wrong with a service."""

    def choose(self, at: Ask | Locate, choice: Choice) -> None:
        name = at.save.name if choice.saves else ""
        self.state = moves.noted(self.state, name, entered=not choice.go)
        if name:
            self.state = self.state.with_answer(name, (choice.id,))
        if choice.go:
            self.go(choice.go)
        if choice.call:
            self.state = moves.into(self.state, choice.call.name, self.book)
        self.settle()

    def tell(self, at: ReportStep, choice: Choice) -> None:
        """He says what it is. Of several services he is asked which; where there are none there is nothing to tell."""
        self.ask_anew()
        told, shown = self.state.told, self.state.shown
        left = [service.id for service in shown if service.id not in told]
        if choice.id not in OF_A_SERVICE:
            self._pass_on(at, choice, OF_THE_CHAT)
        elif not left or sum(service != OF_THE_CHAT for service in told) >= MOST_TOLD:
            self.choose(at, choice)
        elif len(shown) == 1:
            self._pass_on(at, choice, left[0])
        else:
            which = [Option(f"{_WHICH}{n}", service.label) for n, service in enumerate(shown) if service.id in left]
            self._waiting_with(choice, tuple(which))
            self.settle()

    def said_which(self, at: ReportStep, option: str) -> bool:
        """Whether this is the answer to which service it was; if so, it is taken."""
        choice = self.pending(at) if self.state.offered else None
        offered = {offered.id for offered in self.state.offered}
        service = next((s.id for n, s in enumerate(self.state.shown) if option == f"{_WHICH}{n}"), "")
        if choice is None or (option != _NONE and (option not in offered or not service)):
            return False
        self._pass_on(at, choice, service if option in offered else "")
        return True

    def reported(self) -> None:
        """It is passed on, or will be: what he reads next is the same."""
        at = self.here()
        choice = self.pending(at) if isinstance(at, ReportStep) else None
        if not isinstance(at, ReportStep) or choice is None:
            raise EngineError("something was passed on that nobody said", self.state.place)
        self.ask_anew()
        if choice.id in OF_A_SERVICE:
            self.say(at.passed_on, at.first)
        self.choose(at, choice)

    def _pass_on(self, at: ReportStep, choice: Choice, service: str) -> None:
        """Ask for it to be passed on, and wait. What was passed on before, or is of none of these, is not."""
        told = self.state.told
        if not service or service in told:
            self.ask_anew()
            self.choose(at, choice)
        else:
            self._waiting_with(choice, ())
            self.state = self.state._replace(told=(*told, service))
            self.request = Report("" if service == OF_THE_CHAT else service, choice.id)

    def _waiting_with(self, choice: Choice, offered: tuple[Option, ...]) -> None:
        place = self.state.place._replace(ticks=(choice.id,))
        self.state = self.state._replace(places=(*self.state.places[:-1], place), offered=offered)

    def ask_anew(self) -> None:
        """The question as it was asked at first."""
        place = self.state.place._replace(ticks=())
        self.state = self.state._replace(places=(*self.state.places[:-1], place), offered=())
