"""Typed words to an area, or a question back."""

from __future__ import annotations

import csv
import pickle
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service_directory.areas import NATIONS, UK, Area, Areas
from service_directory.gazetteer import Gazetteer
from service_directory.place_words import cut_postcodes, read
from service_directory.places import Place, find
from tests.support.typos import misspelt

AREAS = Areas.load()
GAZETTEER = Gazetteer.load(AREAS)


def code_of(words: str) -> str:
    """The one area that ``words`` mean."""
    place = find(GAZETTEER, words)
    assert place.outcome == "area", (words, place)
    return place.areas[0].code


def offered(words: str) -> list[tuple[str, str, str]]:
    """What is offered for ``words``: name, county and nation."""
    place = find(GAZETTEER, words)
    assert place.outcome == "choose", (words, place)
    return [(area.name, area.county, area.nation_name) for area in place.areas]


LEEDS, WAKEFIELD, BIRMINGHAM, NEWCASTLE = "E08000035", "E08000036", "E08000025", "E08000021"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Leeds", LEEDS),
        ("leeds city council", LEEDS),
        ("City of Leeds", LEEDS),
        ("  LEEDS!!  ", LEEDS),
        ("<b>leeds</b>", LEEDS),
        ("Rhondda Cynon Taf", "W06000016"),
        ("St. Helens, Merseyside", "E08000013"),
        ("king's lynn", "E07000146"),
        ("Kingston-upon-Hull", "E06000010"),
        ("Bournemouth, Christchurch & Poole", "E06000058"),
        ("kendal", "E06000064"),
        ("carlisle", "E06000063"),
        ("harrogate", "E06000065"),
        ("taunton", "E06000066"),
        ("corby", "E06000061"),
        ("daventry", "E06000062"),
        ("lerwick", "S12000027"),
        ("strabane", "N09000005"),
    ],
)
def test_a_town_or_council_is_its_council(words: str, code: str) -> None:
    assert code_of(words) == code


def test_a_misspelt_name_is_found_whether_or_not_spellings_were_made_before() -> None:
    fresh, prepared = Gazetteer.load(AREAS), Gazetteer.load(AREAS)
    prepared.spell_out()
    for words in ("Leedz", "Newport in Pembrokeshyre"):
        assert find(fresh, words) == find(prepared, words) == find(GAZETTEER, words)
        assert find(fresh, words).areas


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Caerdydd", "W06000015"),
        ("Abertawe", "W06000011"),
        ("Ynys Môn", "W06000001"),
        ("Sir Benfro", "W06000009"),
        ("Wrecsam", "W06000006"),
        ("Dùn Èideann", "S12000036"),
        ("Glaschu", "S12000049"),
        ("Na h-Eileanan Siar", "S12000013"),
        ("Béal Feirste", "N09000003"),
        ("Doire", "N09000005"),
    ],
)
def test_welsh_gaelic_and_irish_names_are_known(words: str, code: str) -> None:
    assert code_of(words) == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Brum", BIRMINGHAM),
        ("the Toon", NEWCASTLE),
        ("Norn Iron", "N92000002"),
        ("pompey", "E06000044"),
        ("the Wirral", "E08000015"),
        ("IOW", "E06000046"),
        ("peckham", "E09000028"),
        ("govan", "S12000049"),
        ("the bogside", "N09000005"),
        ("lester", "E06000016"),
        ("Wooster", "E07000237"),
        ("edinborough", "S12000036"),
        ("mendip", "E06000066"),
        ("south lakeland", "E06000064"),
    ],
)
def test_local_names_sounds_and_former_districts_are_known(words: str, code: str) -> None:
    assert code_of(words) == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("England", "E92000001"),
        ("cymru", "W92000004"),
        ("scotland", "S92000003"),
        ("ni", "N92000002"),
        ("the uk", UK),
        ("London", "E12000007"),
        ("south west london", "E12000007"),
        ("the north east", "E12000001"),
        ("West Yorkshire", "E11000006"),
        ("lancs", "E10000017"),
        ("Berkshire", "E23000029"),
        ("thames valley", "E23000029"),
        ("gwent", "W15000002"),
        ("north wales", "W15000001"),
        ("rural suffolk", "E10000029"),
    ],
)
def test_nations_regions_counties_and_police_areas_are_known(words: str, code: str) -> None:
    assert code_of(words) == code


def test_a_county_of_a_few_councils_that_is_no_area_is_asked_about() -> None:
    assert [name for name, _, _ in offered("Cumbria")] == ["Cumberland", "Westmorland and Furness"]
    assert len(offered("cheshire")) == 4


@pytest.mark.parametrize("words", ["LS6", "ls6", "ls 6", "LS6 1AB", "LS61AB", "ls6 1", "live in ls 6", "near ls6 ta"])
def test_an_outward_code_is_its_council_however_it_is_written(words: str) -> None:
    assert code_of(words) == LEEDS


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("LS6 1AB", "LS6"),
        ("i'm at ls61ab now", "i'm at ls6 now"),
        ("SW1A 1AA", "SW1A"),
        ("EC1A1BB", "EC1A"),
        ("m1  1ae", "m1"),
        ("ls6-1ab", "ls6"),
        ("BT1 5GA and LS6 1AB", "BT1 and LS6"),
        ("ls6 1", "ls6"),
    ],
)
def test_a_full_postcode_is_cut_to_its_first_half_before_anything_else(typed: str, kept: str) -> None:
    assert cut_postcodes(typed) == kept


@given(st.from_regex(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", fullmatch=True), st.text(max_size=10))
def test_no_second_half_of_a_postcode_is_ever_looked_at(postcode: str, after: str) -> None:
    inward = postcode[-3:].lower()
    assert inward not in "".join(read(f"near {postcode} , {after}")[:2])


def test_an_outward_code_in_several_councils_is_asked_about_by_share() -> None:
    assert offered("CH4") == [
        ("Cheshire West and Chester", "Cheshire", "England"),
        ("Flintshire", "Clwyd", "Wales"),
    ]
    assert len(offered("EC1")) == 4


def test_an_outward_code_that_is_none_is_asked_about_among_its_neighbours() -> None:
    assert offered("LS66")[0][0] == "Leeds"
    assert find(GAZETTEER, "bt99").areas[0].code == "N09000003"


@pytest.mark.parametrize("words", ["just by the m1", "me 2 kids and the dog", "so 15 years of this", "ZZ1"])
def test_roads_and_chance_are_no_outward_codes(words: str) -> None:
    assert find(GAZETTEER, words) == Place("unknown")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("i live just outside wakefield mate", WAKEFIELD),
        ("im from near Wakefield, its a small village", WAKEFIELD),
        ("not far from wakefield", WAKEFIELD),
        ("about 10 miles from wakefield", WAKEFIELD),
        ("just off the ring road in wakefield", WAKEFIELD),
        ("wakefeild way innit", WAKEFIELD),
        ("moved from leeds to wakefield", WAKEFIELD),
        ("leeds, used to live in wakefield", LEEDS),
        ("my wife took the car and the kids and im in wakefeild now", WAKEFIELD),
        ("headingley leeds", LEEDS),
    ],
)
def test_a_place_in_a_sentence_is_found(words: str, code: str) -> None:
    assert code_of(words) == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Newport, Isle of Wight", "E06000046"),
        ("newport shropshire", "E06000020"),
        ("newport in gwent", "W06000022"),
        ("ashford kent", "E07000105"),
        ("ashford, surrey", "E07000213"),
        ("ashford surry", "E07000213"),
        ("newport paagnell, bucks", "E06000042"),
        ("bangor northern ireland", "N09000011"),
        ("bangor gwynedd", "W06000002"),
        ("newcastle staffs", "E07000195"),
        ("hillsborough sheffield", "E08000039"),
    ],
)
def test_a_county_or_nation_tells_namesakes_apart(words: str, code: str) -> None:
    assert code_of(words) == code


def test_namesakes_are_asked_about_the_biggest_first_with_county_and_nation() -> None:
    assert offered("Newport")[:3] == [
        ("Newport", "Gwent", "Wales"),
        ("Newport", "Isle of Wight", "England"),
        ("Newport", "Shropshire", "England"),
    ]
    assert offered("ashford") == [("Ashford", "Kent", "England"), ("Ashford", "Surrey", "England")]
    assert offered("bangor") == [
        ("Bangor", "Ards and North Down", "Northern Ireland"),
        ("Bangor", "Gwynedd", "Wales"),
    ]


def test_two_that_would_read_the_same_are_told_apart() -> None:
    assert ("Stone (Dartford)", "Kent", "England") in offered("stone")
    assert [name for name, _, _ in offered("west midlands")] == ["West Midlands", "West Midlands"]
    assert len(set(offered("west midlands"))) == 2


def test_two_places_at_once_are_asked_about() -> None:
    assert [name for name, _, _ in offered("between leeds and wakefield")] == ["Leeds", "Wakefield"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("birminham", BIRMINGHAM),
        ("wakefeild", WAKEFIELD),
        ("milton kenes", "E06000042"),
        ("miltonkeynes", "E06000042"),
        ("sutton coalfield", BIRMINGHAM),
        ("worcestor", "E07000237"),
        ("middlesborough", "E06000002"),
        ("wolverhamton", "E08000031"),
        ("edinbrugh", "S12000036"),
        ("portsmoth, hampshire", "E06000044"),
    ],
)
def test_a_misspelt_town_that_is_like_no_other_is_found(words: str, code: str) -> None:
    assert code_of(words) == code


def test_a_misspelt_name_that_is_like_several_is_asked_about() -> None:
    assert "Ripon" in [name for name, _, _ in offered("ripn")]
    assert len(offered("walton on te")) >= 2


def test_a_name_like_one_small_village_is_asked_about_with_its_nation_beside() -> None:
    assert offered("frressingfield") == [("Fressingfield", "Suffolk", "England"), ("England", "", "England")]


def test_a_village_one_slip_from_a_city_is_asked_about() -> None:
    assert {name for name, _, _ in offered("bourn")} >= {"Bourn", "Bourne"}


def test_the_first_word_of_longer_names_is_asked_about() -> None:
    assert len(offered("woodhall")) >= 2


def test_an_unknown_village_in_a_county_is_asked_about_within_the_county() -> None:
    names = [name for name, _, _ in offered("qqxyzzy, derbyshire")]
    assert names == ["Derbyshire", "Derby"]


def test_a_name_that_may_be_part_of_a_longer_one_is_asked_about() -> None:
    assert offered("little grimsby")[0][0] == "Grimsby"


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "X",
        "rather not say",
        "I'd rather not say.",
        "prefer not to say",
        "no",
        "none of your business",
        "dont know",
        "homeless",
        "near here",
        "Dublin",
        "isle of man",
        "i live in france",
        "i left hull",
        "anywhere but leeds",
        "im reading this in bed",
        "hope you can help",
        "shes called chelsea and she hits me every week",
        "'; DROP TABLE places; --",
        "<script>alert(1)</script>",
        "شفيلد",
        "עיר גדולה",
        "\u200b\u200f\u202e",
        "🙂🙂🙂",
        "1234567",
        "qqqqqqqqqqqqqq",
        "\x00\x1b[2J",
    ],
)
def test_junk_silence_and_other_countries_are_unknown(words: str) -> None:
    assert find(GAZETTEER, words) == Place("unknown")


@pytest.mark.parametrize("words", ["trying", "carefully", "weight"])
def test_a_word_that_only_looks_like_a_town_is_never_taken_for_it(words: str) -> None:
    assert find(GAZETTEER, words).outcome != "area"


@pytest.mark.parametrize(
    "words", ["a" * 4096, "leeds " * 700, "in ab " * 700, "🙂" * 4096, "ls6 1ab " * 512, "-" * 4096]
)
def test_a_long_message_is_answered_all_the_same(words: str) -> None:
    assert find(GAZETTEER, words).outcome in ("area", "choose", "unknown")


@given(st.text(max_size=300))
@example("İ")
@example("ß1 1ﬁ")
@example("９ １")
def test_whatever_is_typed_gets_one_area_or_two_to_four_different_ones_or_none(words: str) -> None:
    place = find(GAZETTEER, words)
    codes = [area.code for area in place.areas]
    assert len(codes) in {"area": (1,), "choose": (2, 3, 4), "unknown": (0,)}[place.outcome]
    assert len(set(codes)) == len(codes)
    assert all(code in AREAS for code in codes)


@given(st.lists(st.sampled_from(sorted(GAZETTEER.names)), min_size=1, max_size=4), st.sampled_from([" ", ", ", " in "]))
def test_names_said_together_are_always_answered_with_something(names: list[str], between: str) -> None:
    place = find(GAZETTEER, between.join(names))
    labels = [(area.name, area.county, area.nation_name) for area in place.areas]
    assert len(set(labels)) == len(labels)


@given(st.sampled_from(sorted(GAZETTEER.names)))
def test_the_same_words_always_get_the_same_answer(name: str) -> None:
    assert find(GAZETTEER, name) == find(GAZETTEER, name.upper())


@given(st.sampled_from(sorted(GAZETTEER.outcodes)))
def test_every_outward_code_finds_its_main_council(outcode: str) -> None:
    assert find(GAZETTEER, outcode).areas[0].code == GAZETTEER.outcodes[outcode][0][0]


@pytest.mark.parametrize("area", [area for area in AREAS.values() if area.kind == "county"], ids=lambda area: area.name)
def test_every_county_is_found_by_its_council(area: Area) -> None:
    assert area.code in [found.code for found in find(GAZETTEER, f"{area.name} County Council").areas]


@pytest.mark.parametrize("area", [area for area in AREAS.values() if area.kind == "police"], ids=lambda area: area.name)
def test_every_police_area_is_found_by_the_name_of_the_force(area: Area) -> None:
    """Or the councils of it, or the county or nation that is the same."""
    force = area.name if "Police" in area.name else f"{area.name} Police"
    councils = {council for found in find(GAZETTEER, force).areas for council in AREAS.councils(found.code)}
    assert councils & set(AREAS.councils(area.code))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("psni", "PSNI"),
        ("the met", "E23000001"),
        ("Comhairle na Gàidhealtachd", "S12000017"),
        ("Cyngor Caerdydd", "W06000015"),
    ],
)
def test_forces_and_councils_are_found_as_people_call_them(words: str, code: str) -> None:
    assert code_of(words) == code


@given(st.sampled_from([area for area in AREAS.values() if area.kind == "council"]))
def test_every_council_is_found_by_its_own_name(area: object) -> None:
    assert isinstance(area, type(AREAS[UK]))
    assert area.code in [found.code for found in find(GAZETTEER, area.name).areas]


def test_places_with_slips_are_right_or_asked_about_and_hardly_ever_wrong() -> None:
    """One slip in each of 1,500 names. Measured on all 5,911: 98.4 % right or asked, 0.2 % wrong."""
    chance = Random(20261122)  # noqa: S311 - the same slips every time
    names = [(name, meanings) for name, meanings in GAZETTEER.names.items() if len(name) > 3]
    good = wrong = 0
    sample = chance.sample(names, 1_500)
    for name, meanings in sample:
        place = find(GAZETTEER, misspelt(name, chance))
        right = bool({one.area for one in meanings} & {area.code for area in place.areas})
        good += right
        wrong += place.outcome == "area" and not right
    assert good / len(sample) >= 0.97
    assert wrong / len(sample) <= 0.005


def test_places_typed_as_men_type_them_are_understood() -> None:
    """369 lines, written before anybody looked at what is understood; a name that lies in several places has to be
    asked about. Measured then: 366 right or rightly asked, none confidently wrong.
    """
    with Path(__file__).with_name("places_blind.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    names = {area.name for area in AREAS.values()}
    good = wrong = 0
    for line in lines:
        wanted = set(filter(None, line["areas"].split(";")))
        assert wanted <= names, line
        place = find(GAZETTEER, line["typed"])
        among = bool(wanted & {AREAS[area.code].name for area in place.areas})
        if place.outcome == "area":
            right = among and line["answer"] != "ask"
            wrong += not right
        else:
            right = among if place.outcome == "choose" else not wanted
        good += right
    assert len(lines) >= 300
    assert good / len(lines) >= 0.98
    assert wrong / len(lines) <= 0.005


@pytest.mark.parametrize(("words", "code"), [("Swindon", "E06000030"), ("living in warrington", "E06000007")])
def test_nobody_is_asked_whether_he_means_a_hamlet_with_the_name_of_a_city(words: str, code: str) -> None:
    assert code_of(words) == code


def test_but_the_hamlet_is_found_where_its_county_is_said() -> None:
    assert code_of("warrington, bucks") == "E06000042"
    assert code_of("swindon, gloucestershire") == "E07000078"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("dw i'n byw yng Nghaerdydd", "W06000015"),
        ("dwi'n byw ger Aberystwyth", "W06000008"),
        ("yn Abertawe", "W06000011"),
        ("Newport, South Wales", "W06000022"),
        ("arne", "E06000059"),
        ("eversley", "E07000089"),
        ("wemyss bay", "S12000018"),
    ],
)
def test_what_was_once_not_understood_is(words: str, code: str) -> None:
    assert code_of(words) == code


def test_a_village_on_the_border_is_asked_about() -> None:
    assert [name for name, _, _ in offered("llanymynech")] == ["Shropshire", "Powys"]


def test_every_code_in_the_tables_is_an_area() -> None:
    meant = {one.area for meanings in GAZETTEER.names.values() for one in meanings}
    councils = {code for shares in GAZETTEER.outcodes.values() for code, _ in shares}
    assert meant | councils <= AREAS.keys()
    assert meant >= {area.code for area in AREAS.values() if area.kind in ("council", "county", "region")}
    assert meant >= set(NATIONS)


def test_there_are_as_many_places_and_outward_codes_as_the_sources_have() -> None:
    assert len(GAZETTEER.outcodes) == 3078
    assert len(GAZETTEER.names) > 8000


def test_nothing_typed_is_kept() -> None:
    before = pickle.dumps(sorted(GAZETTEER.names))
    find(GAZETTEER, "zzmarkedwordzz near leeds")
    assert b"zzmarkedwordzz" not in pickle.dumps(sorted(GAZETTEER.names))
    assert before == pickle.dumps(sorted(GAZETTEER.names))


def test_a_sound_written_for_a_place_that_is_none_is_refused() -> None:
    parts = ("unsaid", "elsewhere", "everyday", "people", "words")
    tables: dict[str, dict[str, str]] = {"names": {}, "also": {}, "beside": {}, "districts": {}}
    local = {**tables, "heard": {"nowhere": "noware"}, **dict.fromkeys(parts, "x")}
    with pytest.raises(ValueError, match="nowhere is heard as noware"):
        Gazetteer(AREAS, [], [], local)
