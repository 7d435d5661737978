"""Lifelines: right numbers, hours told only while they can be trusted, and no start without a helpline."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from safety.bank_holidays import NORTHERN_IRELAND, SCOTLAND, bank_holidays
from safety.lifelines import HOURS_HOLD, NATIONS, LifelineError, Lifelines
from service_directory.bank_holidays import bank_holidays as of_services

SHIPPED = Path(__file__).parents[2] / "safety" / "lifelines.yaml"
MONDAY = datetime(2026, 11, 23, 11, tzinfo=UTC)
ENGLAND, WALES = "E92000001", "W92000004"
Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[Edit], Path]:
    """A copy of the shipped file with one thing changed."""

    def write(edit: Edit) -> Path:
        document = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
        edit(document)
        path = tmp_path / "lifelines.yaml"
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return path

    return write


def entry(document: dict[str, Any], key: str) -> dict[str, Any]:
    return next(line for line in document["lifelines"] if line["key"] == key)


# The helpline


def test_the_helpline_is_manKinds_unless_configured(lifelines: Lifelines) -> None:
    assert lifelines.helpline.number == "0808 800 1170"
    assert lifelines.helpline.free
    assert lifelines.lifeline("helpline") is lifelines.helpline


def test_a_configured_helpline_is_shown_as_it_is_dialled() -> None:
    lines = Lifelines.load(helpline_name="Our  line", helpline="+44 161 496 0900")
    helpline = lines.helpline

    assert (helpline.short, helpline.number, helpline.free) == ("Our line", "0161 496 0900", False)
    assert helpline.is_open(MONDAY) is None
    assert lines.worded(MONDAY)["helpline"] == "Our line: 0161 496 0900. Check the opening times."


@pytest.mark.parametrize("missing", [None, "", "   "])
def test_without_a_helpline_nothing_starts(missing: str | None) -> None:
    with pytest.raises(LifelineError, match="FINGERPOST_HELPLINE"):
        Lifelines.load(helpline=missing)
    with pytest.raises(LifelineError, match="FINGERPOST_HELPLINE_NAME"):
        Lifelines.load(helpline_name=missing)


@pytest.mark.parametrize(
    "number",
    ["hello", "0808 800", "0808 800 11700", "999", "116 123", "+353 1800 816 588", "+1 212 555 0100", "0909 879 0123"],
)
def test_a_helpline_that_is_no_uk_number_is_refused(number: str) -> None:
    with pytest.raises(LifelineError, match="no UK number"):
        Lifelines.load(helpline=number)


def test_manKinds_old_number_is_refused_by_name() -> None:
    with pytest.raises(LifelineError, match="old number"):
        Lifelines.load(helpline="01823 334244")


# Facts


def test_every_shipped_lifeline_has_a_source_and_a_confidence_and_was_rung_by_nobody_yet(lifelines: Lifelines) -> None:
    for line in lifelines.lines()[1:]:
        assert line.confidence in {"A", "B", "C"}
        assert line.sources
        assert all(source.url.startswith("http") and source.seen == date(2026, 11, 22) for source in line.sources)
        assert set(line.nations) <= NATIONS
        assert line.rung is None
    assert set(lifelines.unrung()) == set(lifelines.lines())


def test_what_is_withheld_is_never_worded(lifelines: Lifelines, noon: datetime) -> None:
    withheld = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["withheld"]
    told = " ".join(lifelines.worded(noon).values())

    assert len(withheld) >= 8
    for line in withheld:
        assert line["why"]
        assert line["name"] not in told
    for number in ("0808 801 0321", "03300 949 395", "0808 2000 247", "01823 334244", "0808 164 0123"):
        assert number not in told


def test_the_silent_solution_is_told_exactly(lifelines: Lifelines, noon: datetime) -> None:
    told = lifelines.worded(noon)["silent_solution"]

    assert told.index("999 from a mobile") < told.index("recorded message asks, press 55")
    assert "55 does not let the police track you" in told
    everything = " ".join(lifelines.worded(noon).values())
    assert not re.search(r"dial 55|99955|999 55|55999|call 55", everything)


def test_emergency_sms_says_that_it_needs_registering_and_a_reply(lifelines: Lifelines, noon: datetime) -> None:
    told = lifelines.worded(noon)["emergency_sms"]

    assert "register first" in told
    assert "not been sent until you get a reply" in told
    assert "stay on your phone" in told


def test_nobody_is_told_to_ring_999_for_a_trial(lifelines: Lifelines) -> None:
    assert {line.key for line in lifelines.lines() if line.check == "read"} >= {
        "emergency",
        "silent_solution",
        "bsl_999",
    }
    assert all(line.check == "read" for line in lifelines.lines() if line.number == "999")


def test_other_ways_than_a_call_are_kept_where_a_source_names_them(lifelines: Lifelines, noon: datetime) -> None:
    ways = {line.key: line.ways for line in lifelines.lines()}

    assert ways["scotland_helpline"]["whatsapp"] == "07401 288 595"
    assert ways["breathing_space"]["relay"] == "18001 0800 22 44 88"
    assert ways["nhs_111"] == {"relay": "18001 111", "bsl": "SignVideo"}
    for line in lifelines.lines():
        told = line.line(noon)
        assert line.ways.get("text", "") in told
        assert ("web chat" in told) <= ("chat" in line.ways)


def test_every_key_has_one_plain_line(lifelines: Lifelines, noon: datetime) -> None:
    worded = lifelines.worded(noon, "S92000003")

    assert set(worded) == set(lifelines.keys())
    assert worded["samaritans"] == "Samaritans: 116 123. Free, any hour."
    assert worded["shout"] == "Shout: text SHOUT to 85258. Any hour."
    assert worded["any_hour"] == worded["scotland_helpline"]
    for line in worded.values():
        assert line.endswith(".")
        assert not set(line) & set("\n<>*_`[]{}")
    with pytest.raises(KeyError):
        lifelines.lifeline("dyn")


# Hours


def rung(on: date) -> Lifelines:
    return Lifelines.load(checks={key: on for key in ("stalking_helpline", "calm", "helpline", "galop")})


def test_hours_that_nobody_checked_are_not_told(lifelines: Lifelines) -> None:
    assert lifelines.lifeline("stalking_helpline").is_open(MONDAY) is None
    assert lifelines.worded(MONDAY)["stalking_helpline"].endswith("0808 802 0300. Free. Check the opening times.")


def test_hours_that_somebody_checked_are_told_for_183_days() -> None:
    lines = rung(MONDAY.date())

    assert lines.worded(MONDAY)["stalking_helpline"].endswith("Free. Open now until 4pm.")
    assert lines.worded(MONDAY + timedelta(hours=9))["stalking_helpline"].endswith("Closed now, opens Tuesday 9.30am.")
    assert lines.worded(MONDAY - timedelta(days=1))["stalking_helpline"].endswith("Check the opening times.")
    last = MONDAY + HOURS_HOLD
    assert lines.lifeline("stalking_helpline").hours_known(last)
    assert not lines.lifeline("stalking_helpline").hours_known(last + timedelta(days=1))


def test_closing_at_midnight_and_opening_today_are_told_in_words() -> None:
    lines = rung(MONDAY.date())

    assert lines.worded(MONDAY)["calm"].endswith("Closed now, opens at 5pm.")
    assert lines.worded(MONDAY + timedelta(hours=8))["calm"].endswith("Open now until midnight.")


def test_opening_at_noon_is_told_in_words(edited: Callable[[Edit], Path]) -> None:
    path = edited(lambda document: entry(document, "calm").update(hours="Mo-Fr 12:00-13:15"))
    lines = Lifelines.load(path, checks=[("calm", MONDAY.date())])

    assert lines.worded(MONDAY)["calm"].endswith("Closed now, opens at noon.")
    assert lines.worded(MONDAY + timedelta(hours=1))["calm"].endswith("Open now until 1.15pm.")


def test_hours_from_a_poor_source_are_never_told() -> None:
    assert rung(MONDAY.date()).worded(MONDAY)["galop"].endswith("Check the opening times.")


def test_on_a_public_holiday_hours_that_do_not_speak_of_it_are_not_known() -> None:
    christmas = datetime(2026, 12, 25, 11, tzinfo=UTC)
    lines = rung(date(2026, 12, 1))

    assert lines.lifeline("stalking_helpline").is_open(christmas) is None
    assert lines.lifeline("stalking_helpline").is_open(datetime(2026, 12, 24, 11, tzinfo=UTC)) is True
    assert lines.lifeline("calm").is_open(christmas) is False
    assert lines.lifeline("calm").is_open(christmas + timedelta(hours=7)) is True
    assert lines.lifeline("samaritans").is_open(christmas) is True


@pytest.mark.parametrize(
    ("day", "kept_by"),
    [
        (date(2027, 1, 4), {SCOTLAND}),  # for 2 January, a Saturday
        (date(2027, 3, 17), {NORTHERN_IRELAND}),
        (date(2027, 3, 26), {ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND}),
        (date(2027, 3, 29), {ENGLAND, WALES, NORTHERN_IRELAND}),
        (date(2027, 7, 12), {NORTHERN_IRELAND}),
        (date(2027, 8, 2), {SCOTLAND}),
        (date(2027, 8, 30), {ENGLAND, WALES, NORTHERN_IRELAND}),
        (date(2027, 11, 30), {SCOTLAND}),
        (date(2027, 12, 28), {ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND}),
    ],
)
def test_each_nation_keeps_its_own_holidays(edited: Callable[[Edit], Path], day: date, kept_by: set[str]) -> None:
    at = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
    for nation in NATIONS:
        for hours, on_it in (("Mo-Fr 09:00-17:00; PH off", False), ("Mo-Fr 09:00-17:00; PH 10:00-13:00", True)):
            path = edited(
                lambda d, hours=hours, nation=nation: entry(d, "stalking_helpline").update(  # type: ignore[misc]
                    hours=hours, nations=[nation]
                )
            )
            line = Lifelines.load(path, checks=[("stalking_helpline", day)]).lifeline("stalking_helpline")
            assert line.is_open(at) is (on_it if nation in kept_by else True)


def test_on_a_day_that_only_some_of_its_nations_keep_a_lines_hours_are_not_known() -> None:
    patrick = datetime(2027, 3, 17, 11, tzinfo=UTC)
    lines = Lifelines.load(checks=[("stalking_helpline", date(2027, 3, 1))])

    assert lines.lifeline("stalking_helpline").is_open(patrick) is None
    assert lines.lifeline("stalking_helpline").is_open(patrick + timedelta(days=1)) is True


def test_when_it_opens_is_told_past_a_holiday_and_never_guessed(edited: Callable[[Edit], Path]) -> None:
    easter = datetime(2027, 3, 25, 20, tzinfo=UTC)  # the evening before Good Friday
    told = "Mo-Fr 09:30-16:00; PH off"
    path = edited(lambda d: entry(d, "stalking_helpline").update(hours=told, nations=[ENGLAND]))

    def when(path: Path | None) -> str:
        return Lifelines.load(path, checks=[("stalking_helpline", easter.date())]).worded(easter)["stalking_helpline"]

    assert when(path).endswith("Closed now, opens Tuesday 9.30am.")
    assert when(None).endswith("Check the opening times.")


def test_the_calendar_is_the_one_that_services_go_by() -> None:
    for year in range(2020, 2061):
        for nation in NATIONS:
            assert bank_holidays(nation, year) == of_services(nation, year)


def test_hours_are_londons_in_summer_too() -> None:
    summer = datetime(2026, 7, 6, 15, 30, tzinfo=UTC)  # half past four by the clock in London
    assert rung(date(2026, 7, 1)).lifeline("stalking_helpline").is_open(summer) is False


def test_any_hour_is_said_only_where_a_good_source_says_so(lifelines: Lifelines, noon: datetime) -> None:
    worded = lifelines.worded(noon)

    assert "any hour" not in worded["lifeline_ni"].lower()
    assert "any hour" in worded["ni_helpline"]


def _holidays() -> list[date]:
    return sorted({day for year in (2026, 2027, 2028) for nation in NATIONS for day in bank_holidays(nation, year)})


_ANY_MINUTE = st.datetimes(datetime(2026, 11, 1), datetime(2028, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001
_ON_A_HOLIDAY = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes),
    st.sampled_from(_holidays()),
    st.integers(-60, 25 * 60),
)


@given(at=_ANY_MINUTE | _ON_A_HOLIDAY, nation=st.sampled_from([None, *sorted(NATIONS)]), hours_known=st.booleans())
def test_at_every_minute_somewhere_answers(at: datetime, nation: str | None, hours_known: bool) -> None:
    lines = _told(at.date()) if hours_known else LINES
    beside = lines.open_beside(at, nation)

    if beside is None:
        assert lines.helpline.is_open(at) is True
    else:
        assert beside.is_open(at) is True
        assert beside.any_hour
        assert nation is None or nation in beside.nations
    assert lines.lifeline("emergency").is_open(at) is True


@lru_cache(maxsize=1)
def _with_hours() -> Path:
    document = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    entry(document, "mankind").update(hours="Mo-Fr 10:00-16:00; PH off", hours_confidence="A")
    path = Path(tempfile.mkdtemp()) / "lifelines.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


@lru_cache(maxsize=1024)
def _told(on: date) -> Lifelines:
    """The lifelines with hours of the helpline's that somebody checked the day before."""
    return Lifelines.load(_with_hours(), checks={"helpline": on - timedelta(days=1)})


LINES = Lifelines.load()


def test_no_other_line_stands_beside_a_helpline_that_is_known_to_be_open(edited: Callable[[Edit], Path]) -> None:
    path = edited(lambda document: entry(document, "mankind").update(hours_confidence="A"))
    fresh = Lifelines.load(path, checks={"helpline": MONDAY.date()})

    assert fresh.open_beside(MONDAY) is None
    assert fresh.open_beside(MONDAY + timedelta(hours=12)) == fresh.lifeline("samaritans")


def test_a_time_without_a_zone_is_refused(lifelines: Lifelines) -> None:
    with pytest.raises(ValueError, match="time zone"):
        rung(MONDAY.date()).worded(MONDAY.replace(tzinfo=None))


def test_a_line_that_somebody_rang_is_no_longer_unrung() -> None:
    lines = Lifelines.load(checks={"samaritans": MONDAY.date()})

    assert lines.lifeline("samaritans").rung == MONDAY.date()
    assert lines.lifeline("samaritans") not in lines.unrung()
    assert lines.helpline in lines.unrung()


@pytest.mark.parametrize("key", ["helpline", "mankind"])
def test_whoever_rang_the_helpline_rang_the_line_that_has_its_number(key: str) -> None:
    lines = Lifelines.load(checks={key: MONDAY.date()})

    assert lines.helpline.rung == lines.lifeline("mankind").rung == MONDAY.date()
    assert Lifelines.load(helpline="0808 801 0327", checks={key: MONDAY.date()}).lifeline("mens_advice_line").rung == (
        MONDAY.date() if key == "helpline" else None
    )


# A file that cannot be trusted


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (lambda d: entry(d, "calm").update(confidence="D"), "withheld"),
        (lambda d: entry(d, "calm").update(number="0808 80"), "no UK number"),
        (lambda d: entry(d, "calm").update(number="123456"), "no UK number"),
        (lambda d: entry(d, "calm").update(number="01823 334244"), "old number"),
        (lambda d: entry(d, "calm").update(nations=["IE"]), "nation"),
        (lambda d: entry(d, "calm").update(nations=[]), "nation"),
        (lambda d: entry(d, "calm").update(check="guess"), "ringing"),
        (lambda d: entry(d, "calm").update(sources=[]), "source"),
        (lambda d: entry(d, "calm").update(hours="most days"), "hours"),
        (lambda d: entry(d, "calm").update(hours="PH,Mo-Fr 09:00-17:00"), "hours"),
        (lambda d: entry(d, "calm").update(hours=None), "confidence without hours"),
        (lambda d: entry(d, "shelter").update(hours="24/7"), "hours without a confidence"),
        (lambda d: entry(d, "calm").update(ways={"text": "12345"}), "in no way that we know"),
        (lambda d: entry(d, "calm").update(ways={"email": "calm"}), "in no way that we know"),
        (lambda d: entry(d, "calm").update(ways={"relay": "0800 58 58 58"}), "in no way that we know"),
        (lambda d: entry(d, "calm").update(ways={"bsl": " "}), "in no way that we know"),
        (lambda d: entry(d, "calm").update(ways={"pigeon": "the loft"}), "in no way that we know"),
        (lambda d: entry(d, "calm").update(key="shout"), "Two lifelines"),
        (lambda d: entry(d, "calm").update(key="helpline"), "Two lifelines"),
        (lambda d: entry(d, "calm").pop("number"), "not complete"),
        (lambda d: d["lifelines"].append("calm"), "not complete"),
        (lambda d: d.pop("retired"), "no retired"),
        (lambda d: d["any_hour"].update(otherwise="nobody"), "no such lifeline"),
        (lambda d: d["any_hour"].update(otherwise="calm"), "every hour"),
        (lambda d: d["any_hour"].update(W92000004="ni_helpline"), "every hour"),
    ],
)
def test_a_lifeline_that_cannot_be_given_to_anyone_stops_the_start(
    edited: Callable[[Edit], Path], edit: Edit, complaint: str
) -> None:
    with pytest.raises(LifelineError, match=complaint):
        Lifelines.load(edited(edit))


def test_a_file_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(LifelineError, match="cannot be read"):
        Lifelines.load(tmp_path / "missing.yaml")
    (tmp_path / "list.yaml").write_text("- a list")
    with pytest.raises(LifelineError, match="has no any_hour"):
        Lifelines.load(tmp_path / "list.yaml")
    (tmp_path / "broken.yaml").write_text("{")
    with pytest.raises(LifelineError, match="cannot be read"):
        Lifelines.load(tmp_path / "broken.yaml")


# A line that does not answer for now


def test_a_closed_line_is_never_told_as_a_way_to_reach_somebody_and_another_stands_in_its_place() -> None:
    closed = LINES.closing(["galop"])

    assert closed.closed == {"galop"}
    assert closed.worded(MONDAY)["galop"] == "Galop is closed for now. Samaritans: 116 123. Free, any hour."
    assert closed.worded(MONDAY, WALES)["galop"].startswith("Galop is closed for now. Live Fear Free")
    assert closed.closing([]) == LINES


def test_beside_a_closed_helpline_stands_a_line_that_answers_though_it_would_be_open_now(
    edited: Callable[[Edit], Path],
) -> None:
    path = edited(lambda document: entry(document, "mankind").update(hours_confidence="A"))
    fresh = Lifelines.load(path, checks={"helpline": MONDAY.date()})

    assert fresh.open_beside(MONDAY) is None
    assert fresh.closing(["helpline"]).open_beside(MONDAY) == fresh.lifeline("samaritans")


def test_what_has_the_number_of_a_closed_line_is_closed_with_it() -> None:
    assert LINES.closing(["mankind"]).closed == LINES.closing(["helpline"]).closed == {"mankind", "helpline"}


def test_nothing_closes_999_and_a_key_that_there_is_not_is_passed_over() -> None:
    assert not LINES.closing(["emergency", "silent_solution", "nhs_111", "unknown"]).closed
    assert "emergency" not in [line.key for line in LINES.can_be_closed()]


@given(
    at=_ANY_MINUTE,
    nation=st.sampled_from([None, *sorted(NATIONS)]),
    keys=st.frozensets(st.sampled_from([line.key for line in LINES.lines()])),
)
def test_whatever_is_closed_somewhere_answers_and_no_closed_line_is_named_for_it(
    at: datetime, nation: str | None, keys: frozenset[str]
) -> None:
    lines = LINES.closing(keys)
    beside = lines.open_beside(at, nation)

    assert beside is not None
    assert beside.key not in lines.closed
    assert beside.is_open(at) is True
    assert nation is None or nation in beside.nations
    for key in lines.closed:
        assert lines.lifeline(key).number not in lines.worded(at, nation)[key]


def test_when_every_line_of_people_who_listen_is_closed_999_stands() -> None:
    everything = LINES.closing([line.key for line in LINES.lines()])

    assert everything.worded(MONDAY)["any_hour"] == "In danger now: call 999."
    assert LINES.closing(["samaritans"]).worded(MONDAY)["any_hour"].startswith("Shout")
