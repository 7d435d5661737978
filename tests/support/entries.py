"""Entries made up at random, as stewards could have written them: rows that a directory may well hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from service_directory.areas import Areas
from service_directory.changes import Row
from service_directory.documents import read_document
from service_directory.languages import LANGUAGES
from service_directory.matching import NEEDS
from service_directory.offered import LOCAL_APPLICANTS, SERVES_MEN, SOME, WORKER_CHOICE, YES_OR_NO
from service_directory.taxonomies import ACCESS_ROUTES, ACCOMMODATION_KINDS
from tests.support.services import BELFAST, CARDIFF, CORNWALL, GLASGOW, LEEDS, TODAY, WEST_YORKSHIRE, YORKSHIRE, written

AREAS = Areas.load()
_WORDS = st.sampled_from(
    ["men", "support", "weekly", "group", "talk", "any", "time", "free", "call", "Ōi", "café", "& <b>more</b>", "£5"]
)
_DAYS = st.dates(date(2026, 1, 1), date(2026, 11, 20))
_HOURS = st.sampled_from(
    [
        "24/7",
        "Mo-Fr 09:00-17:00; PH off",
        "Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-12:00",
        "Fr 22:00-02:00; PH off",
        "Mo[1] 10:00-12:00",
        "Tu,Th 18:00-21:00; PH 10:00-12:00",
        "Mo-Fr 09:00-17:00; Dec 24 off",
    ]
)


def sentences(longest: int = 60) -> st.SearchStrategy[str]:
    return st.lists(_WORDS, min_size=1, max_size=6).map(lambda words: " ".join(words)[:longest].strip())


def _some(choices: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(list(choices)), min_size=1, max_size=3, unique=True)


def _hours(prefix: str = "") -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"hours": _HOURS},
        optional={"hours_checked": _DAYS, "hours_checked_by": sentences(), "hours_source": sentences()},
    )


_BESIDE = {"label": sentences(30), "checked": _DAYS, "checked_by": sentences(), "source": sentences()}
_PHONES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["phone", "text", "whatsapp"]),
        "value": st.sampled_from(["0113 222 4444", "020 7946 1234", "07911 123456", "0808 801 0327", "101"]),
    },
    optional={**_BESIDE, "bill": st.sampled_from(["no", "maybe", "yes", "unknown"])},
)
_EMAILS = st.fixed_dictionaries(
    {"kind": st.just("email"), "value": st.sampled_from(["a@b.org.uk", "hello+men@x-y.co.uk"])}, optional=_BESIDE
)
_PAGES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["website", "webchat"]),
        "value": st.sampled_from(["https://x.org.uk/men?a=1&b=2#c", "http://old.org.uk"]),
    },
    optional=_BESIDE,
)
_CONTACTS = st.tuples(st.one_of(_PHONES, _EMAILS, _PAGES), st.one_of(st.just({}), _hours())).map(
    lambda pair: {**pair[0], **pair[1]}
)
_COSTS = st.fixed_dictionaries(
    {},
    optional={
        "option": sentences(),
        "amount": st.one_of(st.integers(0, 900), st.integers(1, 9999).map(lambda pence: pence / 100)),
        "description": sentences(),
        "from": _DAYS,
        "until": _DAYS.map(lambda day: day + timedelta(days=900)),
    },
)
_PLACES = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["physical", "postal"]),
            "address": st.fixed_dictionaries(
                {"line_1": st.just("12 Station Road"), "town": st.just("Otley"), "postcode": st.just("LS21 3HX")},
                optional={"line_2": sentences(), "county": st.just("Yorkshire")},
            ),
        },
        optional={"name": sentences(), "transport": sentences(), "access": sentences(), "description": sentences()},
    ),
    st.fixed_dictionaries({"type": st.sampled_from(["virtual", "postal"])}, optional={"name": sentences()}),
)
_AGES = st.tuples(st.one_of(st.none(), st.integers(0, 40)), st.one_of(st.none(), st.integers(41, 120))).map(
    lambda pair: {"from": pair[0], "to": pair[1]}
)
_LANGUAGES = st.lists(
    st.one_of(st.sampled_from(sorted(LANGUAGES)), st.just({"code": "yo", "name": "Yoruba"})), max_size=4, unique_by=str
)
_TEXTS = (
    "happens asks cost bill workers children pets access who interpreters gay_and_bi_men trans_men alert also_known_as"
)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """A service as a document has it: everything that may be said of one, or next to nothing."""
    made: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {
                "id": st.just("leeds-men"),
                "organization": st.just("northern-men"),
                "name": sentences().map(lambda name: f"Leeds {name}"),
                "helps": sentences(200),
                "status": st.sampled_from(["open", "paused"]),
                "serves_men": st.sampled_from(SERVES_MEN),
                "needs": _some(NEEDS),
                "areas": _some([LEEDS, WEST_YORKSHIRE, YORKSHIRE, CORNWALL, CARDIFF, GLASGOW, BELFAST, "PSNI"]),
                "contacts": st.lists(_CONTACTS, min_size=1, max_size=4),
            },
            optional={
                **{name: sentences() for name in _TEXTS.split()},
                "age": _AGES,
                "languages": _LANGUAGES,
                "worker_choice": st.sampled_from(WORKER_CHOICE),
                "local_applicants": st.sampled_from(LOCAL_APPLICANTS),
                "assessment_told": st.sampled_from(YES_OR_NO),
                "anonymous_contact": st.sampled_from(YES_OR_NO),
                "children_accepted": st.sampled_from(SOME),
                "pets_accepted": st.sampled_from(SOME),
                "access_routes": _some(ACCESS_ROUTES),
                "costs": st.lists(_COSTS, max_size=3),
                "accommodation": st.booleans(),
                "hides_address": st.booleans(),
                "funding_end": st.just(date(2027, 3, 31)),
            },
        )
    )
    made |= draw(st.one_of(st.just({}), _hours()))
    if made.get("accommodation"):
        made["accommodation_kinds"] = draw(_some(ACCOMMODATION_KINDS))
    if not (made.get("accommodation") or made.get("hides_address") or "stay" in made["needs"]):
        made["locations"] = draw(st.lists(_PLACES, max_size=2))
    return made


def rows_of(entry: dict[str, Any]) -> tuple[Row, ...]:
    """The rows of an entry as the directory keeps them."""
    document = read_document(written(entry), today=TODAY, areas=AREAS)
    assert [str(one) for one in document.rejected] == []
    return document.entries[1].rows
