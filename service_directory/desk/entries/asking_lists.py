"""Areas chosen by their names, and languages: the pages on which a list is ticked and added to by typing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from babel import Locale
from starlette.datastructures import FormData

from service_directory.areas import UK, Area, Areas
from service_directory.desk.entries.questions import boxes, made_of, text
from service_directory.desk.entries.rewriting import Fragment
from service_directory.desk.web.forms import DeskForm
from service_directory.gazetteer import Gazetteer
from service_directory.languages import LANGUAGES
from service_directory.places import find

_KINDS: Final[Mapping[str, str]] = {
    "country": "nation",
    "region": "region of England",
    "county": "county",
    "council": "council",
    "police": "police area",
}


@dataclass(frozen=True, slots=True)
class Searched:
    """What a name may mean: the codes of areas, those that are surely meant ticked; or words that it means nothing."""

    codes: tuple[str, ...] = ()
    sure: bool = False
    unknown: str = ""


@cache
def gazetteer() -> Gazetteer:
    """The names of places, loaded once. It takes half a second, so ask for it in a thread."""
    return Gazetteer.load(Areas.load())


def described(areas: Areas, code: str) -> str:
    """An area with what it covers: "Leeds: one council, in West Yorkshire, England"."""
    area = areas.get(code)
    if area is None:
        return f"{code}: no area that is known here"
    if code == UK:
        return f"The whole of the United Kingdom: {len(areas.councils(code))} councils"
    councils = len(areas.councils(code))
    covers = "one council" if councils == 1 else f"{councils} councils"
    kind = "" if area.kind == "council" else f" ({_KINDS[area.kind]})"
    inside = [name for name in (area.county, _nation(areas, area)) if name and name != area.name]
    return f"{area.name}{kind}: {covers}{', in ' + ', '.join(inside) if inside else ''}"


def short_name(areas: Areas, code: str) -> str:
    """An area's name alone; its code where it is not known here."""
    return areas[code].name if code in areas else code


def _nation(areas: Areas, area: Area) -> str:
    return areas[area.nation].name if area.nation and area.nation != area.code else ""


def searched(names: Gazetteer, typed: str) -> Searched:
    """The areas that somebody may mean who types a place, a council, a county, a nation or half a postcode.

    Of a name that only one area has, the areas around it are offered as well.
    """
    if not typed.strip():
        return Searched()
    place = find(names, typed[:100])
    if place.outcome == "unknown":
        return Searched(unknown=f"“{typed[:60]}” is no place that is known here. Try its council, or its county")
    codes = [one.code for one in place.areas]
    if place.outcome == "area":
        wider = [
            code for code in names.areas[codes[0]].parents if names.areas[code].kind in ("county", "police", "country")
        ]
        return Searched((*codes, *(code for code in wider if code != UK)), sure=True)
    return Searched(tuple(codes))


def areas_form(areas: Areas, said: Fragment, found: Searched, typed: FormData | None = None) -> DeskForm:
    """The form: the areas that are covered, with a box to untick, and one to type another place into."""
    ticked = [str(code) for code in (typed.getlist("areas") if typed is not None else said["areas"])]
    codes = list(dict.fromkeys([*said["areas"], *(code for code in ticked if code in areas), *found.codes]))
    fields = {
        "areas": boxes(
            "You cover",
            {code: described(areas, code) for code in codes},
            "Untick what you do not cover. What is inside an area is covered with it.",
        ),
        "place": text(
            "Add a place",
            "A town, council, county, police area or nation; or the first half of a postcode.",
            "Leeds",
            100,
        ),
    }
    if found.sure and found.codes[0] not in ticked:
        ticked.append(found.codes[0])
    # What was looked for is on the list now, so the box to type into is empty again.
    kept = typed.get("place", "") if typed is not None and found.unknown else ""
    form = made_of(fields, None, {"areas": ticked, "place": kept})
    if found.unknown:
        form.complain("place", found.unknown)
    return form


def read_areas(said: Fragment, typed: FormData) -> dict[str, Any]:
    """The areas that are ticked: what was covered before first, in its order."""
    ticked = [str(code) for code in typed.getlist("areas")]
    kept = [code for code in said["areas"] if code in ticked]
    return {"areas": [*kept, *(code for code in dict.fromkeys(ticked) if code not in kept)]}


# --- languages


def languages_form(said: Fragment, typed: FormData | None = None) -> DeskForm:
    """The form: the languages that are spoken, another one by its name, and interpreters."""
    spoken = {str(one["code"]): str(one["name"] or one["code"]) for one in said["languages"]}
    offered = dict(sorted({**LANGUAGES, **spoken}.items(), key=lambda one: one[1]))
    fields = {
        "languages": boxes("Languages that your own people speak", offered),
        "other": text(
            "Another language", "By its English name; several with commas between them.", "Yoruba, Tagalog", 120
        ),
        "interpreters": text("Interpreters", "", "By telephone, in any language, within minutes.", area=True),
    }
    return made_of(fields, typed, {"languages": list(spoken), "interpreters": said["interpreters"]})


def read_languages(said: Fragment, form: DeskForm) -> tuple[dict[str, Any], str]:
    """The languages and interpreters that stand in the form, and which language's name is none."""
    kept = {str(one["code"]): one for one in said["languages"]}
    ticked: Sequence[str] = form["languages"].data or []
    codes = [*(code for code in kept if code in ticked), *(code for code in ticked if code not in kept)]
    wrong = ""
    for name in (part.strip() for part in str(form["other"].data or "").split(",")):
        code = _codes().get(name.casefold(), "")
        if name and not code:
            wrong = wrong or f"“{name}” is no language that is known here. Write its English name"
        elif code and code not in codes:
            codes.append(code)
    languages = [
        kept.get(code) or {"code": code, "name": LANGUAGES.get(code) or _names().get(code, "")} for code in codes
    ]
    return {"languages": languages, "interpreters": form["interpreters"].data or ""}, wrong


@cache
def _names() -> Mapping[str, str]:
    """The English names of languages, by their codes of two or three letters."""
    return {code: name for code, name in Locale("en").languages.items() if code.isalpha() and len(code) <= 3}


@cache
def _codes() -> Mapping[str, str]:
    return {name.casefold(): code for code, name in {**_names(), **LANGUAGES}.items()}
