"""What translators get says all they need, and bringing it up to date loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.loading import load_source
from dialogs.source import Source
from dialogs.translation.catalogues import Catalogue, CatalogueError, Template, updated, written_template
from dialogs.translation.extraction import TEMPLATE, extract, templates
from tests.dialogs.test_translation import KNOWN
from tests.support.catalogues import in_turned, po

BOOK = load_source(Source.read(Path(__file__).parent / "book"), KNOWN)


def _template(source: str, context: str = "") -> Template:
    return Template(source, context, ("A text.",), (("main.yaml", 3),))


def _update(existing: bytes | None, *sources: str) -> bytes:
    return updated(existing, [_template(source) for source in sources], language="cy", name="Cymraeg")


def _notes_of(source: str) -> tuple[str, ...]:
    return next(template.notes for template in templates(BOOK) if template.source == source)


def test_each_message_comes_once_with_the_places_where_it_stands() -> None:
    wanted = templates(BOOK)
    assert len({(template.context, template.source) for template in wanted}) == len(wanted)
    (hello,) = (template for template in wanted if template.source == "What would help most?")
    (file, line) = hello.places[0]
    written = (Path(__file__).parent / "book" / file).read_text().splitlines()
    assert "text: |" in written[line - 1] or "What would help" in written[line - 1]


def test_translators_are_told_what_each_message_is_and_what_must_stay() -> None:
    assert "at most 4 words and 32 characters" in _notes_of("Money")[0]
    assert "40 to 70 characters" in _notes_of("Hello, and thank you for writing to us now.")[0]
    assert "{area} and {wider}" in _notes_of("Nothing just for {area}; these cover {wider}:")[1]
    assert "with commas between them" in _notes_of("cash, bills")[0]
    assert _notes_of("Money")[-1] == "At main/hello/money"


def test_the_files_are_read_by_babel_and_have_no_dates() -> None:
    files = extract(BOOK, {"cy": b""})
    assert set(files) == {TEMPLATE, "cy.po"}
    for data in files.values():
        assert b"Date" not in data
        assert len(read_po(data.decode().splitlines(), abort_invalid=True)) == len(templates(BOOK))
    begun = Catalogue.read("cy", files["cy.po"], "cy.po")
    assert (begun.name, begun.reviewed_by, begun.reviewed_on) == ("Cymraeg", "", "")
    assert b"DRAFT. Nobody has reviewed" in files["cy.po"]


def test_bringing_up_to_date_what_is_up_to_date_changes_nothing() -> None:
    first = extract(BOOK, {"cy": po(in_turned(BOOK))})
    assert extract(BOOK, {"cy": first["cy.po"]}) == first


def test_a_header_that_people_filled_in_is_kept() -> None:
    data = _update(po({("", "One"): "Un"}, by="A. Reviewer", on="2026-11-01", X_Generator="Poedit 3"), "One", "Two")
    read = Catalogue.read("cy", data, "cy.po")
    assert (read.reviewed_by, read.reviewed_on) == ("A. Reviewer", "2026-11-01")
    assert b"X-Generator: Poedit 3" in data


def test_the_translation_of_changed_english_stays_beside_it_with_the_old_words() -> None:
    old = "What would help most right now, do you think? Take your time over it."
    new = "What would help most right now? Take your time over it."
    data = _update(po({("", old): "Beth fyddai'n helpu fwyaf?"}), new)
    entry = Catalogue.read("cy", data, "cy.po").entries["", new]
    assert (entry.text, entry.doubtful) == ("Beth fyddai'n helpu fwyaf?", True)
    assert "#| msgid" in data.decode()
    again = _update(data, new)
    assert again == data
    previous = [line.removeprefix("#| ") for line in again.decode().splitlines() if line.startswith("#| ")]
    assert "".join(line.removeprefix("msgid ").strip('"') for line in previous) == old


def test_what_is_no_longer_said_is_kept_at_the_end_and_comes_back_with_its_english() -> None:
    gone = _update(po({("", "Something quite different"): "Rhywbeth arall", ("", "One"): "Un"}), "One")
    assert '#~ msgid "Something quite different"' in gone.decode()
    assert ("", "Something quite different") not in Catalogue.read("cy", gone, "cy.po").entries
    back = Catalogue.read("cy", _update(gone, "One", "Something quite different"), "cy.po")
    entry = back.entries["", "Something quite different"]
    assert (entry.text, entry.doubtful) == ("Rhywbeth arall", False)


TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=30).filter(
    str.strip
)


@given(st.dictionaries(TEXTS, TEXTS, max_size=6), st.lists(TEXTS, max_size=6), st.lists(TEXTS, max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_translation_is_ever_lost(before: dict[str, str], after: list[str], later: list[str]) -> None:
    data = po({("", source): text for source, text in before.items()})
    for wanted in (after, later, list(before)):
        data = _update(data, *wanted)
        kept = "".join(line.strip('"#~ ') for line in data.decode().split("\n"))
        for text in before.values():
            assert "".join(text.replace("\\", "\\\\").replace('"', '\\"').strip('"#~ ').split()) in "".join(
                kept.split()
            )
    entries = Catalogue.read("cy", data, "cy.po").entries
    for source, text in before.items():
        entry = entries["", source]
        assert entry.doubtful or entry.text in ("", text)


def test_what_was_doubtful_when_it_went_is_doubtful_when_it_comes_back() -> None:
    doubtful = _update(po({("", "It is not far from here"): "Nid yw'n bell"}), "It is far from here")
    gone = _update(doubtful)
    assert "#~| msgid" in gone.decode()
    entry = Catalogue.read("cy", _update(gone, "It is far from here"), "cy.po").entries["", "It is far from here"]
    assert (entry.text, entry.doubtful) == ("Nid yw'n bell", True)


def test_a_catalogue_that_cannot_be_read_is_not_written_over() -> None:
    with pytest.raises(CatalogueError) as refused:
        _update(b'msgid ""\nmsgstr ""\n\nnonsense here\n', "One")
    assert refused.value.line == 4


def test_the_template_has_no_translations() -> None:
    data = written_template([_template("One"), _template("Two", "button two")]).decode()
    assert 'msgctxt "button two"\nmsgid "Two"\nmsgstr ""' in data
    assert "X-Fingerpost-Reviewed-By" not in data
