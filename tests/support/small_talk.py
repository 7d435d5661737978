"""The whole program around a conversation of two questions, one of them with several choices, in as many languages as a
test makes up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.flow_knowledge import known
from bot.rooms import Rooms, opened
from bot.settings import Settings
from dialogs.loading import load_book
from dialogs.source import CATALOGUE_SUFFIX, LOCALE
from safety.lifelines import Lifelines
from tests.support.catalogues import in_turned, po
from tests.support.world import Clock

_FLOW = """\
language: 1
flow: main
title: A small talk
starts: yes
review: {by: nobody yet, on: "", due: 2027-02-22}
answers:
  wants: [listen, stay, money]
asides:
  disclosure: Something said beside it.
  edited: Something said beside it.
  identifiers: Something said beside it.
  note: Something said beside it.
  trouble: Something said beside it.
  unreadable: Something said beside it.
first_step: what
steps:
  what:
    ask:
      first: Hello there. Thanks for getting in touch.
      text: |
        What would help? Pick all that fit.
      why: |
        It decides what comes next.
      many: yes
      save: wants
      options:
        - {id: listen, label: Somebody to listen}
        - {id: stay, label: Somewhere to stay}
        - {id: money, label: Money}
      go: more
      skip: more
  more:
    ask:
      first: Thanks. There is just one more thing to ask.
      text: |
        Is there more?
      answerless: yes
      options:
        - {id: again, label: Start over, words: [over], go: what}
        - {id: enough, label: That will do, words: [enough], go: bye}
      skip: bye
  bye:
    end:
      first: Goodbye for now, and all the best to you.
      text: |
        All the best.
"""


@asynccontextmanager
async def small_talk(
    folder: Path, clock: Clock, *, languages: Iterable[str] = (), untranslated: Iterable[str] = ()
) -> AsyncIterator[Rooms]:
    """The rooms around it. Every one of the languages is Turned, in which words are written backwards, and is reviewed;
    of what stands around the conversation the sentences in ``untranslated`` have no translation."""
    flows = folder / "flows"
    (flows / LOCALE).mkdir(parents=True)
    (flows / "main.yaml").write_text(_FLOW, encoding="utf-8")
    turned = in_turned(load_book(flows, known(Lifelines.load())))
    said = {key: words for key, words in turned.items() if key[1] not in set(untranslated)}
    for language in languages:
        catalogue = po(said, name=f"Denrut {language}", on="2026-11-01")
        (flows / LOCALE / f"{language}{CATALOGUE_SUFFIX}").write_bytes(catalogue)
    settings = Settings.read({"FINGERPOST_HOME": str(folder / "home")})
    async with opened(settings, clock=clock, examples=True, flows=flows) as rooms:
        yield rooms
