"""What the shipped conversations promise the man who reads them.

Sixty words a screen: the first line and the text of one message together, without the lines of lifelines and
services, without buttons, and without the engine's own "I didn't follow that". A question with its Why
opened counts as one screen.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.flow_knowledge import known
from dialogs.book import Book
from dialogs.editorial.plain_words import Avoided, avoided_words
from dialogs.editorial.reading_age import HARDEST_GRADE, MOST_WORDS, grade
from dialogs.editorial.reading_age import words as words_in
from dialogs.engine import Find, Found, Interrupt, Located, Pick, State, Words, step
from dialogs.loading import check, load_book
from dialogs.words import ENGLISH
from safety.envelope import is_bland
from safety.leaving import is_leaving
from safety.lifelines import Lifelines
from tests.support.every_turn import NUMBER, Turn, every_turn
from tests.support.flow_table import Screen, screens, table

FLOWS = Path(__file__).parents[2] / "dialogs" / "flows"
TABLE = Path(__file__).parents[2] / "docs" / "conversations.md"

RISKS = frozenset(
    {
        "immediate_danger",
        "suicide",
        "child_risk",
        "sexual_violence",
        "strangulation",
        "perpetrator_self_disclosure",
    }
)
# His own violence is met with a question in any case.
ASKED = frozenset(f"{risk}_asked" for risk in RISKS - {"perpetrator_self_disclosure"})
LABELS = RISKS | ASKED | {"privacy"}
KNOWN = known(Lifelines.load())


@pytest.fixture(scope="module")
def keys() -> tuple[str, ...]:
    return tuple(Lifelines.load().keys())


@pytest.fixture(scope="module")
def book() -> Book:
    return load_book(known=KNOWN)


@pytest.fixture(scope="module")
def numbers(keys: tuple[str, ...]) -> Mapping[str, str]:
    return dict.fromkeys((*keys, "helpline"), NUMBER)


@pytest.fixture(scope="module")
def turns(book: Book, numbers: Mapping[str, str]) -> tuple[Turn, ...]:
    return tuple(every_turn(book, numbers))


@pytest.fixture(scope="module")
def read(turns: tuple[Turn, ...]) -> tuple[Screen, ...]:
    return tuple(screens(turns))


def written() -> Iterator[tuple[str, str]]:
    """Every text, label and template in the files, with its place: also those the walk does not show."""
    for file in sorted(FLOWS.glob("*.yaml")):
        flow = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 strings only
        yield from ((f"{file.name} aside {name}", text) for name, text in flow.get("asides", {}).items())
        yield from ((f"{file.name} {name} label", c["label"]) for name, c in flow.get("choices", {}).items())
        for name, body in flow["steps"].items():
            (fields,) = body.values()
            for key in ("first", "text", "why", "unknown", "choose", "found", "widened", "none", "unavailable", "gone"):
                if key in fields:
                    yield f"{file.name} {name} {key}", fields[key]
            yield from ((f"{file.name} {name} {key}", text) for key, text in fields.get("lines", {}).items())
            options = (option for option in fields.get("options", ()) if isinstance(option, dict))
            yield from ((f"{file.name} {name} label", option["label"]) for option in options)


# --- They can be served ----------------------------------------------------------------------------------


def test_they_load_and_are_proved_without_a_finding() -> None:
    # What is said of translations (F25x, F26x) is for translators; the Welsh one is a draft.
    findings = [finding for finding in check(known=KNOWN) if not "F250" <= finding.code < "F270"]
    assert [f"{f.file}:{f.line} {f.code} {f.message}" for f in findings] == []


def test_every_danger_and_the_privacy_command_have_a_flow(book: Book) -> None:
    assert set(book.interrupts) == LABELS


def test_no_path_stops_the_engine_and_every_turn_says_something(turns: tuple[Turn, ...]) -> None:
    assert all(reply.text.strip() for turn in turns for reply in turn.replies)
    assert {turn.at.partition("/")[0] for turn in turns} == {file.stem for file in FLOWS.glob("*.yaml")}


def test_nobody_is_said_to_have_reviewed_them(book: Book) -> None:
    assert {flow.review.by for flow in book.flows.values()} == {"nobody yet"}
    assert not any(flow.review.on for flow in book.flows.values())


def test_every_fact_has_a_source_that_was_seen_and_is_not_a_guess(book: Book) -> None:
    sources = [source for flow in book.flows.values() for source in flow.sources]
    assert {source.confidence for source in sources} <= {"A", "B", "C"}
    assert all(source.seen and str(source.seen) <= "2026-11-22" for source in sources)


def test_whatever_a_topic_is_called_can_be_said_at_the_first_question() -> None:
    """A man says at once what it is about, and gets there, or is asked back about it."""
    heard = {option.get("call"): _said(option) for option in _options_of("hello")}
    listed = {o["call"]: _said(o) for o in _written_flow("topics")["steps"]["all"]["ask"]["options"] if "call" in o}
    everywhere = frozenset().union(*heard.values())
    assert {call: said - everywhere for call, said in listed.items() if not said <= everywhere} == {}
    assert set(listed) <= set(heard)


def test_what_is_heard_at_the_first_question_is_heard_where_he_is_asked_what_would_help() -> None:
    first, then = ({option.get("call") for option in _options_of(name)} for name in ("hello", "need"))
    assert first <= then


def _options_of(name: str) -> list[dict[str, Any]]:
    """The options of a question of the main road, with those that can only be typed."""
    main = _written_flow("main")
    question = main["steps"][name]["ask"]
    listed = (*question["options"], *question["heard"])
    return [{"id": o, **main["choices"][o]} if isinstance(o, str) else o for o in listed]


def _written_flow(name: str) -> Any:
    text = (FLOWS / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 strings only


def _said(option: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(said.lower() for said in (option["label"], *option.get("words", ())))


# --- How they read ---------------------------------------------------------------------------------------


def test_no_screen_has_more_than_sixty_words(read: tuple[Screen, ...]) -> None:
    lengths = {str(screen): len(words_in(screen.text)) for screen in read}
    assert {screen: length for screen, length in lengths.items() if length > MOST_WORDS} == {}


def test_every_screen_can_be_read_at_eleven(read: tuple[Screen, ...]) -> None:
    hard = {str(screen): screen.text for screen in read if grade(screen.text) > HARDEST_GRADE}
    assert hard == {}


def test_every_message_opens_with_a_bland_line_that_fills_a_lock_screen() -> None:
    firsts = [(place, line) for place, line in written() if place.endswith(" first")]
    assert len(firsts) > 30
    assert [(place, line) for place, line in firsts if not is_bland(line) or not 40 <= len(line) <= 60] == []


def test_every_question_and_statement_has_a_first_line_of_its_own() -> None:
    placed = {place.rsplit(" ", 1)[0] for place, _ in written() if place.endswith(" first")}
    assert {place.rsplit(" ", 1)[0] for place, _ in written() if place.endswith((" text", " found"))} <= placed


def test_what_the_program_itself_says_avoids_the_same_words() -> None:
    said = {**dataclasses.asdict(ENGLISH), **KNOWN.around}
    said = {name: text for name, text in said.items() if isinstance(text, str) and text != ENGLISH.tick}
    assert len(said) > 20
    found = [(name, text) for name, text in said.items() for entry in avoided_words() if avoids(entry, text)]
    assert found == []


def avoids(entry: Avoided, text: str) -> bool:
    return "text" in entry.on and entry.pattern.search(text) is not None


def test_the_name_that_services_use_comes_once_and_after_the_acts() -> None:
    named = [place for place, text in written() if "domestic" in text.lower()]
    assert named == ["reading.yaml meaning text"]


def test_numbers_to_call_come_from_the_lifelines_alone() -> None:
    bare = [re.sub(r"\{[^}]*\}", "", text) for _, text in written()]
    assert {number for text in bare for number in re.findall(r"\d[\d ]*\d", text)} == {
        "999",
        "111",
        "55",
        "18000",
        "18",
        "25",
    }


# --- What they must never do -----------------------------------------------------------------------------


def test_a_label_or_word_typed_out_is_never_taken_for_leaving(book: Book) -> None:
    """A panic word counts before the flow hears it, so a button called like one could not be typed."""
    heard = [
        (flow, name, said)
        for flow, steps in ((id, flow.steps) for id, flow in book.flows.items())
        for name, at in steps.items()
        for choice in getattr(at, "options", ())
        for said in (choice.label, *choice.words)
    ]
    assert len(heard) > 200
    assert [place for place in heard if is_leaving(place[2])] == []


def test_the_line_for_those_who_hurt_others_comes_only_after_he_says_so_and_never_alone(
    book: Book, keys: tuple[str, ...]
) -> None:
    told = {key: f"<{key}>" for key in (*keys, "helpline")}
    shown = [(turn.at, reply.text) for turn in every_turn(book, told) for reply in turn.replies]
    with_it = {(at, "<helpline>" in text) for at, text in shown if "<respect_phoneline>" in text}
    assert with_it == {("own_behaviour/worried", True), ("own_behaviour/both", True), ("both/start", True)}


def test_silent_calls_are_told_as_they_work(turns: tuple[Turn, ...]) -> None:
    told = {reply.text for turn in turns for reply in turn.replies if "press 55" in reply.text}
    text = min(told, key=len)
    assert all(said.endswith(text) for said in told)
    assert text.index("Call 999 from a mobile") < text.index("cough or tap") < text.index("message asks, press 55")
    assert "55 doesn't let police track you. They don't come by themselves to a silent call." in text


def test_texting_999_is_told_with_its_condition(turns: tuple[Turn, ...]) -> None:
    assert all(
        "only if this phone is signed up" in reply.text
        for turn in turns
        for reply in turn.replies
        if "Text 999" in reply.text
    )


def test_what_needs_999_is_said_before_anything_else_he_could_do(book: Book, keys: tuple[str, ...]) -> None:
    told = {key: f"<{key}>" for key in (*keys, "helpline")}
    said = {turn.at: turn.replies[-1].text for turn in every_turn(book, told)}
    assert said["danger/call"].index("<emergency>") < said["danger/call"].index("other ways")
    assert said["neck/seen_today"].index("999") < said["neck/seen_today"].index("see a doctor today")
    for place in ("suicide_lines/now", "under_18/start", "own_behaviour/worried", "own_behaviour/both", "both/start"):
        assert said[place].index("call 999") < said[place].index("<"), place


@pytest.mark.parametrize("route", ["How I behave", "I'm under 18"])
def test_nobody_is_told_what_does_not_fit_the_way_he_came(route: str, turns: tuple[Turn, ...]) -> None:
    to_need = [turn for turn in turns if turn.at == "main/need" and turn.path[:1] == (route,)]
    assert to_need
    assert all("It isn't your fault" not in turn.replies[-1].text for turn in to_need)


def test_a_man_thinking_of_suicide_is_asked_straight_and_given_one_number(book: Book, keys: tuple[str, ...]) -> None:
    told = {key: f"<{key}>" for key in (*keys, "helpline")}
    asked = step(book, State.at_start(book), Interrupt("suicide"), lifelines=told)
    assert asked.replies[0].text.endswith("Are you thinking about ending your life?")
    labels = [option.label for row in asked.replies[0].rows for option in row]
    assert labels[:5] == ["Yes", "Not sure", "No", "Someone else", "Someone's threats"]
    for answer in ("sure", "unsure", "not_that"):
        said = step(book, asked.state, Pick(answer), lifelines=told).replies[0].text
        assert re.findall(r"<\w+>", said) == ["<samaritans>"]
        assert "999" in said


def test_a_man_who_writes_of_suicide_what_no_button_says_is_still_given_the_number(
    book: Book, keys: tuple[str, ...]
) -> None:
    told = {key: f"<{key}>" for key in (*keys, "helpline")}
    asked = step(book, State.at_start(book), Interrupt("suicide"), lifelines=told)
    said = step(book, asked.state, Words("its all got on top of me since it started"), lifelines=told)
    assert "<samaritans>" in said.replies[0].text


# --- How he gets about -----------------------------------------------------------------------------------


def test_from_the_first_screen_every_route_is_one_tap(turns: tuple[Turn, ...]) -> None:
    first = {turn.path[0]: turn.at for turn in reversed(turns) if len(turn.path) == 1 and turn.channel == "telegram"}
    assert {
        "Yes": "main/need",
        "Not really": "main/not_now",
        "Dark thoughts": "dark_thoughts/question",
        "It's a friend": "friend/start",
        "How I behave": "own_behaviour/question",
        "I'm under 18": "under_18/start",
        "Just reading": "reading/start",
        "Skip": "main/need",
    }.items() <= first.items()


def test_three_taps_lead_to_the_first_services(turns: tuple[Turn, ...]) -> None:
    assert min(len(turn.path) for turn in turns if any(reply.card for reply in turn.replies)) == 3


def test_what_leaving_hides_is_told_for_each_channel_before_anything_is_asked(turns: tuple[Turn, ...]) -> None:
    """On the web, what stays in the browser's history is told on the page before the chat."""
    first = {turn.channel: turn.replies[0].text for turn in turns if turn.path == ()}
    assert "chat's name in your list" in first["telegram"]
    assert "hour" in first["telegram"]
    assert "opens another site" in first["web"]
    assert "screen" in first["terminal"]


def test_what_is_said_at_the_end_is_true_of_the_channel(turns: tuple[Turn, ...]) -> None:
    last = {turn.channel: turn.replies[-1].text for turn in turns if turn.at.startswith("main/done")}
    assert "in an hour, unless you chose to keep it" in last["telegram"]
    assert last["web"].endswith("Leave now clears this page and opens another site.")
    assert last["terminal"].endswith("Leave now clears this screen.")
    elsewhere = [turn.replies[-1].text for turn in turns if turn.channel != "telegram"]
    assert not any("Telegram" in text for text in elsewhere)


def test_words_that_are_not_followed_are_met_without_numbers_that_only_the_terminal_shows() -> None:
    assert "number" not in ENGLISH.not_understood


@pytest.mark.parametrize("label", sorted(LABELS))
def test_from_every_interrupt_two_taps_lead_back_to_where_he_was(
    label: str, book: Book, numbers: Mapping[str, str]
) -> None:
    def ways_on(state: State, replies: tuple[object, ...]) -> Iterator[State]:
        for reply in step(book, state, Words("zzzz"), lifelines=numbers).replies:
            for option in (option for row in reply.rows for option in row):
                stepped = step(book, state, Pick(option.id), lifelines=numbers)
                if stepped.request is None:
                    yield stepped.state

    before = step(book, State.at_start(book), Pick("ok"), lifelines=numbers).state
    before = step(book, before, Pick("ok"), lifelines=numbers).state
    assert before.place.step == "need"
    entered = step(book, before, Interrupt(label), lifelines=numbers)
    one = list(ways_on(entered.state, entered.replies))
    two = [later for state in one if state.places != before.places for later in ways_on(state, ())]
    assert before.places in [state.places for state in (*one, *two)]


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("i cant speak they are in the next room", "I can't talk aloud"),
        ("the whole house is in bits again", "Talk to someone"),
        ("i need somewhere to sleep tonight", "Somewhere to stay"),
        ("cant sleep any more", "Health"),
    ],
)
def test_a_man_who_tells_of_home_is_not_taken_to_ask_for_a_bed(
    typed: str, label: str, book: Book, numbers: Mapping[str, str]
) -> None:
    state = State.at_start(book)
    for given in (Pick("ok"), Pick("ok"), Words(typed)):
        stepped = step(book, state, given, lifelines=numbers)
        state = stepped.state
    assert stepped.replies[0].rows[0][0].label == label


def test_a_man_who_named_his_nation_is_not_asked_again_which_it_is(book: Book, numbers: Mapping[str, str]) -> None:
    state = State.at_start(book).with_answer("where", ("S92000003",))
    state = step(book, state, Interrupt("sexual_violence"), lifelines=numbers).state
    assert step(book, state, Pick("lines"), lifelines=numbers).state.place.step == "scotland"


def test_a_man_who_wants_something_else_is_not_asked_again_where_he_is(book: Book, numbers: Mapping[str, str]) -> None:
    state = State.at_start(book)
    for given in (Pick("ok"), Pick("ok"), Pick("stay"), Pick("W92000004"), Found("none"), Pick("other_need")):
        state = step(book, state, given, lifelines=numbers).state
    assert step(book, state, Pick("money"), lifelines=numbers).request == Find(("money",), "W92000004")


def test_what_a_service_is_recorded_as_is_said_in_the_agreed_words() -> None:
    lines = dict((place, text) for place, text in written())
    assert lines["main.yaml services recorded"] == (
        "Recorded as meeting the access and delivery standards for men by {who}, {when}."
    )
    assert "No one else has checked this yet." in lines["main.yaml services self_assessed"]
    assert "EXAMPLE" in lines["main.yaml services example"]


def test_when_nothing_is_found_the_gap_is_not_his(book: Book, numbers: Mapping[str, str]) -> None:
    state = State.at_start(book)
    for given in (Pick("ok"), Pick("ok"), Pick("stay"), Words("leeds")):
        stepped = step(book, state, given, lifelines=numbers)
        state = stepped.state
    assert stepped.request is not None
    unknown = step(book, state, Located("unknown"), lifelines=numbers)
    assert "I don't know that place" in unknown.replies[0].text
    state = step(book, unknown.state, Pick("E92000001"), lifelines=numbers).state
    said = step(book, state, Found("none"), lifelines=numbers).replies[0].text
    assert "That is a gap in services, not in you." in said
    assert NUMBER in said


def test_the_table_in_the_docs_is_what_the_flows_say(book: Book, turns: tuple[Turn, ...]) -> None:
    assert table(book, turns) in TABLE.read_text(encoding="utf-8"), f"Put this there:\n{table(book, turns)}"
