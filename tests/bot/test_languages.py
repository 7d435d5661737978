"""A man who picks another language is answered in it throughout; one that nobody has reviewed is never offered."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.doctor import examine
from bot.rooms import CannotStart, Rooms, opened
from bot.settings import Settings
from dialogs.source import CATALOGUE_SUFFIX, LOCALE, SUFFIX, Source
from tests.support.world import Clock, Phone

REVIEWED = {"Reviewed-By: ": "Reviewed-By: A. Reviewer", "Reviewed-On: ": "Reviewed-On: 2026-11-20"}


def _flows(folder: Path, *, reviewed: bool) -> Path:
    """The shipped conversations with their Welsh, in a folder of their own."""
    shipped = Source.read()
    (folder / LOCALE).mkdir(parents=True)
    for file, data in shipped.flows.items():
        (folder / file.rsplit("/", 1)[-1]).write_bytes(data)
    text = shipped.catalogues["cy"].decode()
    for empty, filled in REVIEWED.items() if reviewed else ():
        text = text.replace(empty, filled)
    (folder / LOCALE / f"cy{CATALOGUE_SUFFIX}").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
async def rooms(tmp_path: Path, clock: Clock) -> AsyncIterator[Rooms]:
    settings = Settings.read({"FINGERPOST_HOME": str(tmp_path / "home")})
    flows = _flows(tmp_path / "flows", reviewed=True)
    async with opened(settings, clock=clock, examples=True, flows=flows) as rooms:
        yield rooms


async def _begun(phone: Phone) -> None:
    await phone.commands("start")
    await phone.taps("Cymraeg")


async def test_the_language_stands_under_the_first_question_and_only_there(phone: Phone) -> None:
    await phone.commands("start")
    assert "Cymraeg" in phone.labels
    await phone.taps("Yes")
    assert "Cymraeg" not in phone.labels
    assert "Urgent help" in phone.labels


async def test_from_his_tap_on_everything_is_in_his_language(phone: Phone) -> None:
    await _begun(phone)
    assert "Ydy hi'n iawn sgwrsio yma nawr?" in phone.seen
    assert "Mae tawelwch am awr yn gwneud yr un peth" in phone.seen
    assert "am ddim: 0808 800 1170 · Unrhyw awr: Samaritans 116 123" in phone.seen
    assert phone.labels[-2:] == ["Help brys", "Gadael nawr"]
    await phone.taps("Ydy")
    await phone.taps("Siarad â rhywun")
    await phone.says("caerdydd")
    assert "Ffoniwch" in phone.seen
    assert "EXAMPLE" in phone.seen
    assert "Recorded as meeting" not in phone.seen


async def test_danger_and_lifelines_are_answered_in_his_language(phone: Phone) -> None:
    await _begun(phone)
    await phone.says("i want to kill myself")
    assert "Ydych chi'n meddwl am ddod â'ch bywyd i ben?" in phone.seen
    assert "Samaritans: 116 123. Am ddim, unrhyw awr." in phone.seen
    await phone.taps("Help brys")
    assert "Mewn perygl nawr: ffoniwch 999." in phone.seen


async def test_what_is_said_beside_the_flow_is_in_his_language(phone: Phone) -> None:
    await _begun(phone)
    await phone.sends("photo")
    assert "Dim ond geiriau a thapiau rwy'n gallu eu darllen." in phone.seen


async def test_after_a_silence_the_gate_is_in_his_language(phone: Phone, clock: Clock) -> None:
    await _begun(phone)
    clock.forward(minutes=15)
    await phone.says("helo")
    assert "Iawn i sgwrsio nawr?" in phone.seen
    assert "OK to chat" not in phone.seen
    await phone.taps("Ymlaen")
    assert "Ydy hi'n iawn sgwrsio yma nawr?" in phone.seen


async def test_a_late_message_is_answered_in_his_language(phone: Phone) -> None:
    await _begun(phone)
    await phone.says("helo", ago=timedelta(minutes=12))
    assert phone.seen == "Sori am yr oedi. Tapiwch isod i fynd ymlaen."


async def test_starting_again_keeps_the_language_and_leaving_forgets_it(phone: Phone, clock: Clock) -> None:
    await _begun(phone)
    await phone.commands("start")
    assert "Ydy hi'n iawn sgwrsio yma nawr?" in phone.seen
    await phone.taps("Gadael nawr")
    clock.forward(seconds=1)
    await phone.commands("start")
    assert "Is it OK to chat here now?" in phone.seen


async def test_welsh_and_english_words_are_both_understood_and_english_is_one_word_away(phone: Phone) -> None:
    await _begun(phone)
    await phone.says("yes")
    assert "Beth fyddai'n helpu fwyaf" in phone.seen
    await phone.says("rhywle i gysgu")
    assert "Ble, yn fras" in phone.seen
    await phone.says("English")
    assert "Roughly where should the help be?" in phone.seen
    assert phone.labels[-1] == "Leave now"


async def test_a_flow_that_fails_gives_him_the_helpline_in_his_language(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _begun(phone)
    from bot import stepping
    from dialogs.engine import EngineError, Place

    def fails(*_: object, **__: object) -> object:
        raise EngineError("broken", Place("main", "hello"))

    monkeypatch.setattr(stepping, "step", fails)
    await phone.taps("Ydy")
    assert "Aeth rhywbeth o'i le ar fy ochr i" in phone.seen
    assert "Gadael nawr" in phone.labels


async def test_a_language_nobody_reviewed_is_not_offered_and_the_doctor_says_so(tmp_path: Path, clock: Clock) -> None:
    settings = Settings.read({"FINGERPOST_HOME": str(tmp_path / "home")})
    async with opened(settings, clock=clock, examples=True) as rooms:
        phone = Phone(rooms, clock)
        await phone.commands("start")
        assert "Cymraeg" not in phone.labels
        await phone.says("Cymraeg")
        assert "Ydy hi'n iawn" not in phone.seen
        told = [finding for finding in await examine(rooms, clock()) if "Cymraeg" in finding.text]
        assert [finding.stops for finding in told] == [False]
        assert "Nobody has reviewed Cymraeg yet" in told[0].text


async def test_a_draft_can_be_previewed_and_a_language_that_is_not_there_cannot(tmp_path: Path, clock: Clock) -> None:
    settings = Settings.read({"FINGERPOST_HOME": str(tmp_path / "home")})
    async with opened(settings, clock=clock, examples=True, language="cy") as rooms:
        phone = Phone(rooms, clock)
        await phone.commands("start")
        assert "Ydy hi'n iawn sgwrsio yma nawr?" in phone.seen
    with pytest.raises(CannotStart, match="flows extract --lang fr"):
        async with opened(settings, clock=clock, examples=True, language="fr"):
            pass


# --- the commands ---------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def _run(home: Path, *arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=given, env={"FINGERPOST_HOME": str(home)})


def test_chat_previews_a_draft_and_says_beside_the_conversation_that_it_is_one(home: Path) -> None:
    result = _run(home, "chat", "--lang", "cy", "--jsonl", given="Ydy\n")
    first, second = map(json.loads, result.stdout.splitlines())
    assert "Ydy" in first["replies"][0]["buttons"]
    assert second["step"] == "need"
    assert result.stderr == "Nobody has reviewed Cymraeg yet: it is a draft, and no man is offered it.\n"


def test_chat_says_nothing_of_a_language_that_was_reviewed(home: Path, tmp_path: Path) -> None:
    flows = _flows(tmp_path / "flows", reviewed=True)
    result = _run(home, "chat", "--flow", str(flows), "--lang", "cy", "--at", "2026-11-22T12:00", "--jsonl")
    assert (result.exit_code, result.stderr) == (0, "")
    early = _run(home, "chat", "--flow", str(flows), "--lang", "cy", "--at", "2026-11-19T12:00", "--jsonl")
    assert "Nobody has reviewed Cymraeg yet" in early.stderr


def test_extract_writes_the_files_for_translators_and_then_leaves_them_alone(home: Path, tmp_path: Path) -> None:
    flows = _flows(tmp_path / "flows", reviewed=False)
    shutil.rmtree(flows / LOCALE)
    result = _run(home, "flows", "extract", str(flows), "--lang", "cy", "--lang", "pl")
    assert result.exit_code == 0
    files = {name: (flows / LOCALE / name).read_bytes() for name in ("messages.pot", "cy.po", "pl.po")}
    assert all(f"written: {flows / LOCALE / name}" in result.output for name in files)
    again = _run(home, "flows", "extract", str(flows))
    assert again.output.count("as it was: ") == 3
    assert files == {name: (flows / LOCALE / name).read_bytes() for name in files}


def test_extract_of_the_shipped_conversations_writes_here_and_keeps_their_translations(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run(home, "flows", "extract").exit_code == 0
    assert b"Ydy hi'n iawn sgwrsio yma nawr?" in (tmp_path / LOCALE / "cy.po").read_bytes()


def test_extract_of_one_file_writes_beside_it(home: Path, tmp_path: Path) -> None:
    flows = _flows(tmp_path / "flows", reviewed=False)
    assert (
        _run(home, "flows", "extract", str(flows / f"under_18{SUFFIX}"), "--out", str(tmp_path / "out")).exit_code == 0
    )
    assert _run(home, "flows", "extract", str(flows / f"under_18{SUFFIX}")).exit_code == 0
    assert (flows / LOCALE / "messages.pot").read_bytes() == (tmp_path / "out" / "messages.pot").read_bytes()


def test_extract_writes_nothing_over_a_catalogue_that_it_cannot_read(home: Path, tmp_path: Path) -> None:
    flows = _flows(tmp_path / "flows", reviewed=False)
    broken = flows / LOCALE / "cy.po"
    broken.write_bytes(broken.read_bytes() + b"<<<<<<< mine\n")
    before = broken.read_bytes()
    result = _run(home, "flows", "extract", str(flows))
    assert result.exit_code == 1
    assert "nothing was written" in result.output
    assert broken.read_bytes() == before
    assert not (flows / LOCALE / "messages.pot").exists()


def test_extract_says_when_there_are_no_flows_or_they_have_mistakes(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "mistakes" in _run(home, "flows", "extract", str(tmp_path / "empty")).output
    many = tmp_path / "many"
    many.mkdir()
    for number in range(201):
        (many / f"f{number}{SUFFIX}").write_text("language: 1\n")
    assert "There are 201 flows" in _run(home, "flows", "extract", str(many)).output
