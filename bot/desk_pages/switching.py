"""The switches of leads: the bot paused with a message, and lifelines closed that do not answer."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from bot.pause_message import LONGEST, objections, tidy
from bot.rooms import Rooms
from safety.lifeline import Lifeline
from service_directory.desk.people import LEADS
from service_directory.desk.switches import BOT, AlreadySwitched, Switch, lifeline_switch
from service_directory.desk.web.forms import DeskForm, Help
from service_directory.desk.web.pages import Call, Pages

_LIVE: Final = "Every process that serves goes by it within five seconds."


class PauseForm(DeskForm):
    """What men read while the bot is paused, and why it is."""

    message = TextAreaField(
        "What men read",
        [DataRequired("Write what men should read while it is paused.")],
        description=Help(
            f"{LONGEST} characters at most. The helpline, urgent help and the way out stand below it anyway.",
            "We are putting something right. Please come back after 2pm.",
        ),
    )
    why = StringField(
        "Why?",
        [DataRequired("Say why, for the others who work here."), Length(max=500, message="Say it in 500 characters.")],
        description=Help("Nobody outside this desk reads it.", "cards show wrong numbers since the import"),
    )


class CloseForm(DeskForm):
    """Why a lifeline is closed."""

    why = StringField(
        "Why?",
        [DataRequired("Say why, for the others who work here."), Length(max=500, message="Say it in 500 characters.")],
        description=Help("Nobody outside this desk reads it.", "rang three times today, nobody answers"),
    )


def switch_pages(rooms: Rooms) -> Pages:
    """The pages of the switches."""
    pages = Pages()
    pages.menu("Switches", "/switches", may=LEADS)

    @pages.get("/switches", may=LEADS)
    async def switches(call: Call) -> Response:
        off = {switch.name: switch for switch in await rooms.switches.all()}
        lines = [(line, off.get(lifeline_switch(line.key))) for line in _telephones(rooms)]
        lines.sort(key=lambda one: one[1] is None)
        return call.page("editors/switches.html", paused=off.get(BOT), lines=lines)

    @pages.get("/switches/pause", may=LEADS)
    async def before_pause(call: Call) -> Response:
        return call.page("editors/pause.html", form=PauseForm())

    @pages.post("/switches/pause", may=LEADS)
    async def pause(call: Call) -> Response:
        form = PauseForm(call.form)
        valid = form.validate()
        message = tidy(form.message.data or "")
        if valid and (against := objections(message, rooms.switchboard.lifelines)):
            form.complain("message", *against)
            valid = False
        if not valid:
            return call.page("editors/pause.html", form=form, status=422)
        return await _off(call, BOT, message, str(form.why.data), f"The bot is paused. {_LIVE}")

    @pages.post("/switches/resume", may=LEADS)
    async def resume(call: Call) -> Response:
        return await _on(call, BOT, f"The bot goes on. {_LIVE}")

    @pages.get("/switches/lifelines/{key}", may=LEADS)
    async def before_close(call: Call) -> Response:
        line = _lifeline(call)
        return call.page("editors/close.html", form=CloseForm(), line=line)

    @pages.post("/switches/lifelines/{key}/close", may=LEADS)
    async def close(call: Call) -> Response:
        line = _lifeline(call)
        form = CloseForm(call.form)
        if not form.validate():
            return call.page("editors/close.html", form=form, line=line, status=422)
        told = f"{line.name} is marked closed. {_LIVE}"
        return await _off(call, lifeline_switch(line.key), "", str(form.why.data), told)

    @pages.post("/switches/lifelines/{key}/open", may=LEADS)
    async def open_again(call: Call) -> Response:
        line = _lifeline(call)
        return await _on(call, lifeline_switch(line.key), f"{line.name} is told again. {_LIVE}")

    def _lifeline(call: Call) -> Lifeline:
        line = next((line for line in _telephones(rooms) if line.key == call.path["key"]), None)
        if line is None:
            call.not_found()
        return line

    async def _off(call: Call, name: str, message: str, why: str, told: str) -> Response:
        try:
            await rooms.switches.off(name, message=message, why=why, who=call.visitor.name, at=call.at)
        except AlreadySwitched:
            told = _other(next((switch for switch in await rooms.switches.all() if switch.name == name), None))
        await rooms.switchboard.take_up()
        return call.go("/switches", told=told)

    async def _on(call: Call, name: str, told: str) -> Response:
        try:
            await rooms.switches.on(name, who=call.visitor.name, at=call.at)
        except AlreadySwitched:
            told = "Somebody else was quicker: it is on already."
        await rooms.switchboard.take_up()
        return call.go("/switches", told=told)

    return pages


def _telephones(rooms: Rooms) -> list[Lifeline]:
    """The lifelines that can be closed, each telephone once: the helpline may have a line's number of its own."""
    by_number: dict[str, Lifeline] = {}
    for line in rooms.lifelines.can_be_closed():
        by_number.setdefault("".join(filter(str.isdigit, line.number)), line)
    return list(by_number.values())


def _other(switch: Switch | None) -> str:
    who = "Somebody else" if switch is None else switch.who
    return f"{who} was quicker: it is off already, and what stands there is what was written first."
