"""What a steward does to a service, each on a page of its own: a short form, a reason, a button.

Every act is declared in acts.py; here is what they have in common. What is refused is said in words over the form, and
nothing that was typed is lost.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from service_directory.desk.people import STEWARDS
from service_directory.desk.stewards.common import NOT_TAKEN, PAGES, REFUSED, complain, service_of
from service_directory.desk.web.forms import DeskForm
from service_directory.desk.web.pages import Call
from service_directory.model import ServiceRow


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a steward does to a service.

    `do` does it and answers with what to say. `prepare` fits the form to the service; `new` tells that nothing was
    typed yet, so that it may fill in what stands there now. `field` is where a refusal is shown.
    """

    name: str
    title: str
    says: str
    button: str
    form: type[DeskForm]
    do: Callable[[Call, ServiceRow, Any], Awaitable[str]]
    prepare: Callable[[Call, ServiceRow, Any, bool], None] = lambda call, service, form, new: None
    kind: str = ""
    field: str = "why"


def add(act: Act) -> None:
    """Give an act its page."""
    path = f"/services/{{service_id}}/{act.name}"

    @PAGES.get(path, may=STEWARDS)
    async def ask(call: Call) -> Response:
        service, form = await service_of(call), act.form()
        act.prepare(call, service, form, True)
        return _page(call, act, service, form)

    @PAGES.post(path, may=STEWARDS)
    async def take(call: Call) -> Response:
        service, form = await service_of(call), act.form(call.form)
        act.prepare(call, service, form, False)
        if not form.validate():
            return _page(call, act, service, form, NOT_TAKEN)
        try:
            told = await act.do(call, service, form)
        except REFUSED as error:
            complain(form, act.field, error)
            return _page(call, act, service, form, NOT_TAKEN)
        return call.go(f"/services/{service.id}", told=told)


def _page(call: Call, act: Act, service: ServiceRow, form: DeskForm, status: int = 200) -> Response:
    return call.page("stewards/act.html", status=status, act=act, service=service, form=form)
