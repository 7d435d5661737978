"""A translation is said where it can be trusted, English where it cannot, and nothing of it ever stops a check."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.flow_knowledge import known
from dialogs.book import Book
from dialogs.engine import (
    Begin,
    Card,
    Describe,
    Described,
    Find,
    Found,
    Given,
    Line,
    Locate,
    Located,
    Pick,
    Report,
    Reported,
    Show,
    State,
    step,
)
from dialogs.findings import Finding, Findings
from dialogs.known import Known, LifelineFacts
from dialogs.loading import check_source, load_published, load_source
from dialogs.source import Source
from dialogs.spans import Ref
from dialogs.steps import STEP_TYPES, Ask, Choice
from dialogs.steps import Locate as LocateStep
from dialogs.texts import Text, split
from dialogs.translation.catalogues import Catalogue
from dialogs.translation.messages import BUTTONS, SENTENCES, TYPED, Interpreter, messages, raw, respoken
from dialogs.translation.tongues import MOST_NAMED, tongues
from dialogs.translation.translating import Translation, in_language, translate
from dialogs.understanding import normalise
from dialogs.words import ENGLISH, Words
from safety.lifelines import Lifelines
from tests.support.catalogues import Key, catalogue, in_turned, po, the, turned, with_catalogue
from tests.support.walking import LIFELINES

HERE = Path(__file__).parent
ANY_LINE = LifelineFacts(always_open=False, emergency=False, longest=60)


def _bland(line: str) -> bool:
    return "secret" not in line


KNOWN = Known(
    lifelines=dict.fromkeys(LIFELINES, ANY_LINE),
    bland=_bland,
    bland_in={"cy": _bland},
    leaves=lambda text: normalise(text) == "gadael",
    around={
        "button.leave": "Leave now",
        "button.urgent": "Urgent help",
        "first.opening": "Thanks for your message. The reply is below.",
    },
    today=date(2026, 11, 22),
)
SMALL = Source.read(HERE / "book")
BOOK = load_source(SMALL, KNOWN)
TURNED = in_turned(BOOK)
SHIPPED = Source.read()
SHIPPED_KNOWN = known(Lifelines.load(), today=date(2026, 11, 22))
SHIPPED_BOOK = load_source(SHIPPED, SHIPPED_KNOWN)


def _with(changes: Mapping[Key, str], **options: str) -> Translation:
    return translate(BOOK, catalogue({**TURNED, **changes}, **options), KNOWN)


def _key(source: str) -> Key:
    return the(BOOK, lambda message: message.source == source).key


def _warnings(data: bytes, source: Source = SMALL) -> list[Finding]:
    """What a check says of these translations."""
    return [finding for finding in check_source(with_catalogue(source, data), KNOWN) if finding.code >= "F250"]


# --- what is found and put in ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("book", [BOOK, SHIPPED_BOOK], ids=["small", "shipped"])
def test_a_book_in_which_everything_is_said_as_it_is_written_is_the_same_book(book: Book) -> None:
    assert respoken(book, Interpreter()) == book
    as_it_is = {message.key: message.source for message in messages(book)}
    translated = in_language(book, catalogue(as_it_is), SHIPPED_KNOWN)
    assert dataclasses.replace(translated, name=book.name, tongues=book.tongues) == book


@pytest.mark.parametrize(("book", "facts"), [(BOOK, KNOWN), (SHIPPED_BOOK, SHIPPED_KNOWN)], ids=["small", "shipped"])
def test_every_message_of_a_whole_translation_is_said(book: Book, facts: Known) -> None:
    translation = translate(book, catalogue(in_turned(book)), facts)
    assert (translation.faults, translation.outdated, translation.missing) == ((), (), ())
    said = [message.source for message in messages(translation.book) if message.kind != "typed"]
    assert said == [turned(message.source) for message in messages(book) if message.kind != "typed"]
    assert translation.book.asides == {name: turned(text) for name, text in book.asides.items()}


def test_what_is_no_word_stays_as_it_is_in_every_language() -> None:
    translated = in_language(BOOK, catalogue(TURNED), KNOWN)
    assert (translated.flows.keys(), translated.start, translated.digest) == (
        BOOK.flows.keys(),
        BOOK.start,
        BOOK.digest,
    )
    for name, flow in BOOK.flows.items():
        for at, written in flow.steps.items():
            said = translated.step(name, at)
            assert said is not None
            assert [target.ref for target in said.targets()] == [target.ref for target in written.targets()]
            if isinstance(written, Ask) and isinstance(said, Ask):
                assert [option.id for option in said.options] == [option.id for option in written.options]
    assert translated.name == "Denrut"


def test_every_string_that_a_step_holds_is_either_said_or_known_not_to_be() -> None:
    """Who adds a field to a step decides here whether men read it."""
    never_said = {"id"}
    for kind in (*STEP_TYPES.values(), Choice):
        for field in dataclasses.fields(kind):
            if str(field.type) in ("str", "tuple[str, ...]"):
                assert field.name in BUTTONS | TYPED | never_said, f"{kind.__name__}.{field.name}"
    for field in dataclasses.fields(Words):
        typed = isinstance(getattr(ENGLISH, field.name), tuple)
        assert typed or field.name in SENTENCES or len(getattr(ENGLISH, field.name)) <= 32, field.name


def test_yes_is_translated_at_each_question_by_itself_because_welsh_has_no_one_word_for_it() -> None:
    contexts = {message.context for message in messages(SHIPPED_BOOK) if message.source == "Yes"}
    assert "option main/hello/ok" in contexts
    assert len(contexts) > 2
    shared = {message.context for message in messages(SHIPPED_BOOK) if message.source == "Carry on"}
    assert shared == {"option back"}


@given(st.lists(st.one_of(st.text("ab {}\n"), st.sampled_from(["{helpline}", "{lifeline.other}"]))))
def test_a_text_written_out_and_read_again_is_the_same(parts: list[str]) -> None:
    parsed, _ = split("".join(parts))
    text = Text(parsed, Ref("", next(iter(BOOK.flows.values())).span).span)
    assert split(raw(text))[0] == parsed


# --- English where it cannot be trusted -----------------------------------------------------------------------------


def _questions(translation: Translation) -> dict[str, str]:
    return {
        f"{flow.id}/{step.id}": step.text.words
        for flow in translation.book.flows.values()
        for step in flow.steps.values()
        if isinstance(step, Ask)
    }


def test_a_text_that_is_not_translated_is_said_in_english_and_only_that_text() -> None:
    half = {key: text for key, text in TURNED.items() if key != _key("What would help most?")}
    translation = translate(BOOK, catalogue(half), KNOWN)
    assert _questions(translation)["main/hello"] == "What would help most?"
    assert _questions(translation)["main/extras"] == turned("What else matters? Choose all that do.")
    assert [message.place for message in translation.missing] == ["main/hello/text"]
    (warning,) = _warnings(po(half))
    assert (warning.code, warning.severity) == ("F252", "warning")
    assert f"1 not translated, of {translation.of} texts" in warning.message
    assert "main.yaml:" in warning.hint


def test_a_text_whose_english_was_changed_is_said_in_english_and_named_by_file_and_line() -> None:
    data = SMALL.flows[f"{SMALL.shown}/main.yaml"].replace(b"What would help most?", b"What would help you most?")
    edited = Source({**SMALL.flows, f"{SMALL.shown}/main.yaml": data}, {}, False, SMALL.shown)
    book = load_source(edited, KNOWN)
    translation = translate(book, catalogue(TURNED), KNOWN)
    assert _questions(translation)["main/hello"] == "What would help you most?"
    assert [message.source for message in translation.outdated] == ["What would help you most?"]
    (warning,) = _warnings(po(TURNED), edited)
    assert (warning.code, warning.severity) == ("F252", "warning")
    assert warning.source.strip() in ("text: |", "What would help you most?")


def test_a_translation_that_is_marked_as_doubtful_is_not_said() -> None:
    key = _key("What would help most?")
    data = po(TURNED, fuzzy=[key])
    translation = translate(BOOK, Catalogue.read("cy", data, "cy.po"), KNOWN)
    assert _questions(translation)["main/hello"] == key[1]
    assert [message.key for message in translation.outdated] == [key]


def test_many_outdated_texts_are_counted_rather_than_listed() -> None:
    warnings = _warnings(po(TURNED, fuzzy=TURNED))
    assert len(warnings) == MOST_NAMED + 1
    assert "more out of date" in next(w.message for w in warnings if w.file.endswith(".po"))


UNFIT: list[tuple[str, str, str]] = [
    ("This is a test. {helpline}", "Prawf yw hwn.", "F253"),
    ("Something is wrong here.", "Mae rhywbeth o'i le. {helpline}", "F253"),
    ("For {area}:", "I {aera}:", "F253"),
    ("For {area}:", "I {area} {area}:", "F253"),
    ("For {area}:", "I {area}: {", "F253"),
    ("For {area}:", "I {area.__class__}:", "F253"),
    ("That is not on the list.", "Nid yw ar y rhestr, ffoniwch 99.", "F254"),
    ("Money", "Arian a phob peth arall felly", "F255"),
    ("Money", "Arianarianarianarianarianarianarian", "F255"),
    ("cash, bills", ",,", "F255"),
    ("cash, bills", "x" * 61, "F255"),
    ("cash, bills", "!!", "F255"),
    ("Hello, and thank you for writing to us now.", "Helo.", "F256"),
    ("Hello, and thank you for writing to us now.", "Helo, a diolch yn fawr am y secret mawr hwn.", "F256"),
    ("Money", turned("Talk to someone"), "F257"),
    ("cash, bills", "arian, " + turned("housing"), "F257"),
    ("cash, bills", turned("Skip"), "F257"),
    ("cash, bills", turned("Leave now"), "F257"),
    ("cash, bills", "arian, gadael", "F258"),
    ("Money", "Gadael", "F258"),
    ("What would help most?", "Beth fyddai'n\u202ehelpu?", "F259"),
    ("What would help most?", "Beth fyddai'n\nhelpu?", "F259"),
    ("What would help most?", "Beth " * 1_000, "F259"),
]


@pytest.mark.parametrize(("source", "said", "code"), UNFIT, ids=[f"{code} {said[:20]}" for _, said, code in UNFIT])
def test_a_translation_that_could_hurt_is_not_said_and_warned_of(source: str, said: str, code: str) -> None:
    key = _key(source)
    translation = _with({key: said})
    assert [fault.unfit.code for fault in translation.faults] == [code]
    place = the(BOOK, lambda message: message.key == key).place
    assert the(translation.book, lambda message: message.place == place).source != said
    warnings = _warnings(po({**TURNED, key: said}))
    assert [(warning.code, warning.severity) for warning in warnings] == [(code, "warning")]


def test_when_two_options_sound_the_same_all_options_of_the_question_are_english() -> None:
    translation = _with({_key("Money"): turned("Talk to someone")})
    step = translation.book.step("main", "hello")
    assert isinstance(step, Ask)
    assert step.options == BOOK.flows["main"].steps["hello"].options  # type: ignore[attr-defined]
    assert step.text.words == turned("What would help most?")


def test_when_two_controls_sound_the_same_the_engine_keeps_its_english_words() -> None:
    translation = _with({_key("Back"): turned("Skip")})
    assert [fault.unfit.code for fault in translation.faults] == ["F257"]
    assert (translation.book.words.skip, translation.book.words.back) == ("Skip", "Back")


@pytest.mark.parametrize(
    ("control", "said"),
    [("words none_typed", "dim un, refuge"), ("button back", "Talk to someone"), ("around button", "Money")],
)
def test_a_control_never_takes_what_an_untranslated_option_is_said_by(control: str, said: str) -> None:
    key = next(key for key in TURNED if key[0] == control)
    translation = translate(BOOK, catalogue({key: said}), KNOWN)
    assert [fault.unfit.code for fault in translation.faults] == ["F257"]
    assert (translation.book.words, translation.book.around) == (BOOK.words, BOOK.around)


def test_one_word_never_means_yes_and_no() -> None:
    yes = next(key for key in TURNED if key[0] == "words yes_typed")
    no = next(key for key in TURNED if key[0] == "words no_typed")
    translation = _with({yes: "ie, iawn", no: "na, iawn"})
    assert [fault.unfit.code for fault in translation.faults] == ["F257"]


def test_the_buttons_under_every_message_never_look_the_same() -> None:
    translation = _with({_key("Urgent help"): turned("Leave now")})
    assert [fault.unfit.code for fault in translation.faults] == ["F257"]
    assert translation.book.around == BOOK.around


def test_the_way_out_may_be_called_by_its_name() -> None:
    assert _with({_key("Leave now"): "Gadael"}).book.around["button.leave"] == "Gadael"


def test_where_nobody_can_tell_whether_a_first_line_is_bland_it_stays_english() -> None:
    translation = translate(BOOK, catalogue(TURNED, "pl"), KNOWN)
    assert {fault.unfit.code for fault in translation.faults} == {"F256"}
    firsts = [message.source for message in messages(translation.book) if message.kind == "first"]
    assert firsts == [message.source for message in messages(BOOK) if message.kind == "first"]
    unchecked = translate(BOOK, catalogue(TURNED, "pl"), Known())
    assert unchecked.faults == ()


def test_english_words_are_understood_in_every_language() -> None:
    """A man who reads Welsh may well type English; what would then mean two things is left out."""
    housing, money = _key("housing, roof, refuge"), _key("Money")
    step = _with({housing: "tai", money: "Roof"}).book.step("main", "hello")
    assert isinstance(step, Ask)
    by_id = {option.id: option for option in step.options}
    assert by_id["stay"].words == ("tai", "Somewhere to stay", "housing", "refuge")
    assert "cash" in by_id["money"].words
    words = in_language(BOOK, catalogue(TURNED), KNOWN).words
    assert {"Skip", "pass"} <= set(words.skip_typed)
    assert {"yes", "sey"} <= set(words.yes_typed)


# --- who may be offered it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "on", "offered"),
    [
        ("A. Reviewer", "2026-11-01", True),
        ("A. Reviewer", "2026-11-22", True),
        ("A. Reviewer", "2026-11-23", False),
        ("A. Reviewer", "", False),
        ("", "2026-11-01", False),
        ("", "", False),
        ("A. Reviewer", "1st November 2026", False),
        ("A. Reviewer", "2026-02-30", False),
    ],
)
def test_a_language_is_offered_only_once_a_reviewer_and_a_day_are_recorded(by: str, on: str, offered: bool) -> None:
    source = with_catalogue(SMALL, po(TURNED, by=by, on=on))
    assert ("cy" in load_source(source, KNOWN).tongues) is offered
    assert ("cy" in load_published(source, KNOWN).tongues) is offered
    assert [f.code for f in check_source(source, KNOWN) if f.code >= "F250"] == ([] if offered else ["F251"])
    preview = load_source(source, KNOWN, unreviewed="cy").tongues["cy"]
    assert preview.step("main", "hello") == in_language(BOOK, catalogue(TURNED), KNOWN).step("main", "hello")


def test_a_change_after_the_review_is_told() -> None:
    (warning,) = _warnings(po(TURNED, on="2026-11-01", PO_Revision_Date="2026-11-03 10:00+0000"))
    assert warning.code == "F260"
    assert _warnings(po(TURNED, on="2026-11-03", PO_Revision_Date="2026-11-03 10:00+0000")) == []


def test_the_shipped_welsh_is_fit_to_be_said_and_nobody_has_reviewed_it() -> None:
    data = SHIPPED.catalogues["cy"]
    draft = Catalogue.read("cy", data, "cy.po")
    translation = translate(SHIPPED_BOOK, draft, SHIPPED_KNOWN)
    assert translation.faults == ()
    assert not draft.reviewed()
    assert b"DRAFT. Nobody has reviewed" in data
    assert "cy" not in SHIPPED_BOOK.tongues
    findings = Findings()
    assert tongues(SHIPPED_BOOK, SHIPPED, SHIPPED_KNOWN, findings) == {}
    assert "F251" in {finding.code for finding in findings.found}


# --- broken and hostile catalogues ----------------------------------------------------------------------------------

BROKEN = {
    "nothing": b"",
    "not UTF-8": b'msgid ""\nmsgstr "\xff"\n',
    "no PO": b"hello\n",
    "no msgstr": b'msgid "a"\n',
    "string alone": b'"a"\n',
    "msgstr first": b'msgstr "a"\n"b"\nmsgstr[x] "c"\n',
    "context alone": b'msgctxt\n"a"\n',
    "endless plurals": po({}, Plural_Forms="nplurals=999999999; plural=n;")
    + b'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n',
    "odd dates": po({}, PO_Revision_Date="soon", POT_Creation_Date="9999999999"),
    "odd charset": po({}, Content_Type="text/plain; charset=rot13"),
    "no name": po({}, name=""),
    "long name": po({}, name="x" * 33),
    "turned name": po({}, name="Cym\u202eraeg"),
    "number for a name": po({}, name="999"),
    "a name that leaves": po({}, name="Gadael"),
    "the name of English": po({}, name="English"),
    "too long": b"#" * 300_000,
    "isolates": b"#: \xe2\x81\xa8\xe2\x81\xa8\n" + po({}),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_catalogue_is_a_warning_and_everything_is_said_in_english(data: bytes) -> None:
    source = with_catalogue(SMALL, data)
    assert all(finding.severity == "warning" for finding in check_source(source, KNOWN) if finding.code >= "F250")
    assert any(finding.code in ("F250", "F252") for finding in check_source(source, KNOWN))
    book = load_source(source, KNOWN)
    assert book.flows == BOOK.flows


def test_a_name_that_is_no_language_is_a_warning() -> None:
    source = with_catalogue(SMALL, po(TURNED), "../cy")
    assert [f.code for f in check_source(source, KNOWN) if f.code >= "F250"] == ["F250"]


def test_two_languages_never_have_one_name() -> None:
    source = Source(SMALL.flows, {"cy": po(TURNED), "ga": po(TURNED)}, False, SMALL.shown)
    assert set(load_source(source, KNOWN).tongues) == {"cy"}
    assert "F250" in {finding.code for finding in check_source(source, KNOWN)}


def test_signs_that_join_letters_may_be_said() -> None:
    key = _key("What would help most?")
    assert _with({key: "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"}).faults == ()


@given(
    st.one_of(
        st.binary(max_size=400), st.text(st.sampled_from('msgid str"x\n#~|:,[]0{}'), max_size=200).map(str.encode)
    )
)
@settings(max_examples=200, deadline=None)
def test_no_bytes_can_break_the_loader(data: bytes) -> None:
    findings = Findings()
    tongues(BOOK, with_catalogue(SMALL, data), KNOWN, findings)
    assert {finding.severity for finding in findings.found} <= {"warning"}


ANYTHING_SAID = st.one_of(
    st.sampled_from(sorted(set(TURNED.values()) | {message.source for message in messages(BOOK)})),
    st.text(max_size=80),
    st.sampled_from(["{helpline}", "{", "x", "gadael", "yes, no", "piks", "\n", " "]),
)


@given(st.dictionaries(st.sampled_from(sorted(TURNED)), ANYTHING_SAID, max_size=len(TURNED)))
@settings(max_examples=100, deadline=None)
def test_whatever_translators_write_the_book_can_be_talked_through(entries: dict[Key, str]) -> None:
    data = po({**TURNED, **entries})
    book = load_source(with_catalogue(SMALL, data), KNOWN)
    if "cy" in book.tongues:
        assert _talked_through(book, LIFELINES)


# --- a whole conversation -------------------------------------------------------------------------------------------


def _talked_through(book: Book, lifelines: Mapping[str, str], language: str = "cy") -> list[str]:
    """Every question that taps lead to, in the real engine with its state saved between turns; what was said there."""
    find = next(s for flow in book.flows.values() for s in flow.steps.values() if type(s).__name__ == "Find")
    card = Card("s1", tuple(Line(key, dict.fromkeys(text.slots, "9")) for key, text in find.lines.items()))  # type: ignore[attr-defined]
    start = State.at_start(book)._replace(language=language)
    ahead: list[tuple[State, Given]] = [(start, Begin())]
    seen, said = set[object](), list[str]()
    while ahead:
        state, given_ = ahead.pop()
        stepped = step(book, state, given_, lifelines=lifelines, channel="telegram")
        while stepped.request is not None:
            match stepped.request:
                case Find():
                    answer: Found | Located | Described | Reported = Found("found", (card,), "9")
                case Locate():
                    answer = Located("unknown")
                case Describe():
                    answer = Described(card)
                case Report():
                    answer = Reported()
            said += [reply.text for reply in stepped.replies]
            stepped = step(book, stepped.state, answer, lifelines=lifelines)
        after = State.from_bytes(stepped.state.to_bytes())
        assert after.language == language
        for reply in stepped.replies:
            said.append(reply.text)
            assert "{lifeline" not in reply.text
            for option in (option for row in reply.rows for option in row):
                assert 1 <= len(option.label) <= 34
                if (after.places, option.id) not in seen and option.id not in ("_in_en", "_in_cy", "_restart", "m.s1"):
                    seen.add((after.places, option.id))
                    ahead.append((after, Pick(option.id)))
    return said


def test_a_whole_conversation_is_held_in_another_language_with_every_slot_filled() -> None:
    data = po(in_turned(SHIPPED_BOOK))
    book = load_source(with_catalogue(SHIPPED, data), SHIPPED_KNOWN)
    assert set(book.tongues) == {"cy"}
    lifelines = {**dict.fromkeys(SHIPPED_KNOWN.lifelines or (), "0"), "silence": "1"}
    said = _talked_through(book, lifelines)
    written = {word for text in _talked_through(book, lifelines, "") for word in text.split() if word.isalpha()}
    turned_words = {turned(word) for word in written}
    assert {word for text in said for word in text.split() if word.isalpha()} == turned_words


def test_an_outdated_catalogue_holds_a_conversation_in_both_languages() -> None:
    source = "What would help most right now? You can come back for the rest."
    entries = {key: text for key, text in in_turned(SHIPPED_BOOK).items() if key[1] != source}
    book = load_source(with_catalogue(SHIPPED, po(entries)), SHIPPED_KNOWN)
    lifelines = {**dict.fromkeys(SHIPPED_KNOWN.lifelines or (), "0"), "silence": "1"}
    said = "\n".join(_talked_through(book, lifelines))
    assert source in said
    assert turned("You don't have to decide anything now.") in said


def test_the_question_before_him_is_shown_in_his_language() -> None:
    book = load_source(with_catalogue(SMALL, po(TURNED)), KNOWN)
    state = step(book, State.at_start(book), Begin(), lifelines=LIFELINES).state
    stepped = step(book, state._replace(language="cy"), Show(), lifelines=LIFELINES)
    assert stepped.replies[0].text == turned("What would help most?")
    assert isinstance(BOOK.step("main", "where"), LocateStep)


def test_what_only_a_translation_breaks_of_the_proof_is_a_warning() -> None:
    long = {
        key: text + " a" * 900
        for key, text in TURNED.items()
        if key[1] in ("What would help most?", "So that we show you what fits.")
    }
    findings = check_source(with_catalogue(SMALL, po({**TURNED, **long})), KNOWN)
    assert "F212" not in {finding.code for finding in findings}
    (warning,) = [finding for finding in findings if finding.code == "F261"]
    assert warning.severity == "warning"
    assert "(F212)" in warning.message


@pytest.mark.parametrize("said", ["1", "Stay", "5"])
def test_a_label_that_would_be_heard_as_another_option_is_not_said(said: str) -> None:
    key = _key("Read a little")
    translation = _with({key: said})
    assert {fault.unfit.code for fault in translation.faults} <= {"F254", "F257"}
    assert all(message.source != said for message in messages(translation.book))


def test_the_shipped_welsh_would_break_nothing_that_is_proved() -> None:
    data = (
        SHIPPED.catalogues["cy"]
        .replace(b"Reviewed-By: ", b"Reviewed-By: A")
        .replace(b"Reviewed-On: ", b"Reviewed-On: 2026-11-01")
    )
    reviewed = with_catalogue(SHIPPED, data)
    assert set(load_source(reviewed, SHIPPED_KNOWN).tongues) == {"cy"}
    found = {finding.code for finding in check_source(reviewed, SHIPPED_KNOWN)}
    assert not found & {"F253", "F254", "F255", "F256", "F257", "F258", "F259", "F261"}
