"""Files, folders, packages and tables are told apart by themselves and read alike."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from service_directory.areas import Areas
from service_directory.importing import files
from service_directory.importing.candidates import Contact, Language, Phone, Reading
from service_directory.importing.decoding import Unreadable
from service_directory.importing.files import load, read_files
from service_directory.importing.tables import resources
from tests.support.feeds import LEEDS_URI, ORGANIZATION_ID, OTHER_ID, PHONE, SERVICE_ID, page, service
from tests.support.services import LEEDS

Read = Callable[[Mapping[str, bytes]], Reading]

PACKAGE = {
    "datapackage.json": json.dumps(
        {
            "resources": [
                {"name": "services", "path": "data/a.csv"},
                {"name": "organizations", "path": "data/b.csv"},
                {"name": "phones", "path": ["data/c.csv"]},
                {"name": "service_at_locations", "path": "data/d.csv"},
                {"name": "locations", "path": "data/locations.csv"},
                {"name": "metadata", "path": "data/metadata.csv"},
                {"name": "contacts", "path": "data/missing.csv"},
                "nonsense",
            ]
        }
    ).encode(),
    "data/a.csv": (
        f"id,organization_id,name,status,phones\n{SERVICE_ID},{ORGANIZATION_ID},Talking in Leeds,active,x\n".encode()
    ),
    "data/b.csv": f"\ufeffid,name,description\n{ORGANIZATION_ID},Aire Valley Support,A charity\n".encode(),
    "data/c.csv": (
        f"id,service_id,service_at_location_id,number\n1,{SERVICE_ID},,0113 222 4444\n2,,at,0113 222 5555\n".encode()
    ),
    "data/d.csv": f"id,service_id,location_id\nat,{SERVICE_ID},loc\n".encode(),
    "data/locations.csv": b"id,location_type\nloc,physical\n",
    "data/metadata.csv": b"id\n1\n",
}

PLAIN_TABLES = {
    "service.csv": f"id;name;status;organization_id\n{SERVICE_ID};Talking in Leeds;active;{ORGANIZATION_ID}\n".encode(),
    "organization.csv": f"id;name\n{ORGANIZATION_ID};Café Support\n".encode("cp1252"),
    "service_area.csv": f"id;service_id;uri\n1;{SERVICE_ID};{LEEDS_URI}\n".encode(),
    "language.csv": f"id;service_id;language\n1;{SERVICE_ID};English\n".encode(),
    "regular_schedule.csv": f"id;service_id;byday;opens_at;closes_at\n1;{SERVICE_ID};MO;09:00;17:00\n".encode(),
    "eligibility.csv": f"id;service_id;minimum_age\n1;{SERVICE_ID};18\n".encode(),
    "service_taxonomy.csv": f"id;service_id;taxonomy_id\n1;{SERVICE_ID};t\n".encode(),
    "taxonomy.csv": b"id;name;vocabulary\nt;Support;council\n",
    "contact.csv": f"id;service_id;name;email\nc;{SERVICE_ID};A Person;office@airevalley.org.uk\n".encode(),
    "phone.csv": b"id;contact_id;number\n1;c;0113 222 4444\n",
    "cost_option.csv": f"id;service_id;amount\n1;{SERVICE_ID};2.5\n".encode(),
    "physical_address.csv": b"id;location_id;address_1\n1;nowhere;14 Kirkgate\n",
    "readme.csv": b"hello\nworld\n",
}


@pytest.fixture(scope="session")
def read(areas: Areas) -> Read:
    def read(given: Mapping[str, bytes]) -> Reading:
        return read_files(given, source="feed", areas=areas, today=date(2026, 11, 23))

    return read


def written(folder: Path, given: Mapping[str, bytes]) -> Path:
    for name, data in given.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_a_csv_package_is_put_together_as_its_descriptor_says(read: Read, tmp_path: Path) -> None:
    folder = written(tmp_path / "package", PACKAGE)
    for path in (folder, folder / "datapackage.json"):
        reading = read(load(path))
        (candidate,) = reading.candidates
        assert candidate.row == "data/a.csv, row 2"
        assert candidate.organization.name == "Aire Valley Support"
        assert candidate.phones == (Phone(PHONE), Phone("+441132225555"))


def test_tables_without_a_descriptor_are_known_by_their_names_in_every_version(read: Read) -> None:
    (candidate,) = read(PLAIN_TABLES).candidates
    assert candidate.organization.name == "Café Support"
    assert candidate.service_areas == (LEEDS,)
    assert candidate.languages == (Language("en", "English"),)
    assert candidate.schedule is not None
    assert candidate.schedule.opening_hours == "Mo 09:00-17:00"
    assert candidate.minimum_age == 18
    assert candidate.taxonomy_terms[0].name == "Support"
    assert candidate.contacts == (Contact("email", "office@airevalley.org.uk"),)
    assert candidate.phones == (Phone(PHONE),)
    assert candidate.cost_options[0].amount_pence == 250


def test_a_folder_of_json_files_is_read_whole_and_a_torn_file_is_told_beside_the_rest(
    read: Read, tmp_path: Path
) -> None:
    given = {
        "one.json": json.dumps(page(service())).encode(),
        "two.json": json.dumps(service(OTHER_ID, organization=None, organization_id=ORGANIZATION_ID)).encode(),
        "torn.json": b"{",
        "who.json": json.dumps({"id": ORGANIZATION_ID, "name": "Aire Valley Support", "website": ""}).encode(),
        ".hidden.json": b"{",
        "notes.txt": b"not read",
    }
    reading = read(load(written(tmp_path / "folder", given)))
    assert [one.organization.name for one in reading.candidates] == ["Aire Valley Support"] * 2
    assert [str(one) for one in reading.rejected] == [
        "torn.json: is not JSON: line 1, column 2: Expecting property name enclosed in double quotes"
    ]


def test_a_zip_file_is_read_like_the_folder_it_packs(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in PACKAGE.items():
            packed.writestr(name, data)
    assert read(load(path)).candidates == read(PACKAGE).candidates


@pytest.mark.parametrize(
    "path", ["../secret.csv", "/etc/passwd", "https://elsewhere.org.uk/x.csv", "c:/x.csv", "..\\x.csv"]
)
def test_a_package_that_points_outside_itself_is_refused(path: str) -> None:
    with pytest.raises(Unreadable, match="outside the package"):
        resources(json.dumps({"resources": [{"name": "services", "path": path}]}).encode())


def test_a_link_out_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}")
    folder = written(tmp_path / "folder", {"one.json": b"[]"})
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    assert set(load(folder)) == {"one.json"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"datapackage.json": b"[]", "a.csv": b"id\n"}, "names no resources"),
        ({"readme.csv": b"hello\n", "b.csv": b"x\n"}, "none of the files is a table of services"),
        ({"a.json": b"{", "b.json": b"["}, "a.json: is not JSON"),
        ({"services.csv": b"\x00\x01"}, "services.csv is not text"),
    ],
)
def test_a_source_of_which_nothing_can_be_read_is_told_plainly(
    read: Read, given: Mapping[str, bytes], told: str
) -> None:
    with pytest.raises(Unreadable, match=told):
        read(given)


def test_too_much_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_BYTES", 10)
    with pytest.raises(Unreadable, match="at most"):
        load(written(tmp_path / "big", {"a.json": b" " * 11}))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.json", b" " * 5_000)
    with pytest.raises(Unreadable, match="at most"):
        load(tmp_path / "bomb.zip")


def test_too_many_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 1)
    with pytest.raises(Unreadable, match="more than 1 files"):
        load(written(tmp_path / "many", {"a.json": b"", "b.json": b""}))
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as packed:
        packed.writestr("a.json", b"")
        packed.writestr("b.json", b"")
    with pytest.raises(Unreadable, match="more than 1 files"):
        load(tmp_path / "many.zip")


def test_a_zip_file_that_is_none_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "torn.zip").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(Unreadable, match="not a zip file"):
        load(tmp_path / "torn.zip")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("at", range(40, 80, 4))
def test_a_zip_file_that_was_damaged_on_its_way_is_told_plainly(tmp_path: Path, method: int, at: int) -> None:
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w", method) as packed:
        packed.writestr("services.json", '{"services": "%s"}' % ("hello world " * 300))
    damaged = bytearray(path.read_bytes())
    damaged[at : at + 10] = bytes(0xFF ^ byte for byte in damaged[at : at + 10])
    path.write_bytes(damaged)
    with pytest.raises(Unreadable, match=r"package\.zip"):
        load(path)


@pytest.mark.parametrize(
    ("flag_at", "value"),
    [(6, b"\x01\x00"), (8, b"\x63\x00")],
    ids=["locked with a password", "packed in a way that is not known here"],
)
def test_a_zip_file_that_cannot_be_opened_here_is_told_plainly(tmp_path: Path, flag_at: int, value: bytes) -> None:
    """The same two bytes stand before each file and, two bytes further on, in the list at the end."""
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("services.json", "{}")
    marked = bytearray(path.read_bytes())
    listed = marked.index(b"PK\x01\x02")
    marked[flag_at : flag_at + 2] = value
    marked[listed + flag_at + 2 : listed + flag_at + 4] = value
    path.write_bytes(marked)
    with pytest.raises(Unreadable, match=r"package\.zip is not a zip file that can be unpacked"):
        load(path)


def test_a_zip_file_that_is_not_there_is_no_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "package.zip")


# --- one table of services


def table(*rows: str, head: str = "name,organisation,phone") -> dict[str, bytes]:
    return {"services.csv": "\n".join((head, *rows)).encode()}


def test_one_table_of_services_is_read_with_what_only_a_steward_knows(read: Read) -> None:
    head = (
        "id,Name,Organisation,Description,Status,Serves men,Needs,Areas,Telephone,Text,WhatsApp,Webchat,Email,Website,"
        "Hours,Languages,Minimum age,Maximum age,Cost,Happens,Access,Organisation website"
    )
    row = (
        'leeds-men,Leeds Men,Northern Men,Someone to talk to.,open,men only,"talk; health",Leeds;E08000036,'
        "0113 222 4444; 0113 222 5555,07400 123456,07400 123456,leedsmen.org.uk/chat,hello@leedsmen.org.uk,"
        'www.leedsmen.org.uk,Mo-Fr 09:00-17:00,"English, Polish",18,,Free,A man answers.,Step-free,leedsmen.org.uk'
    )
    reading = read(table(row, head=head))
    assert not reading.rejected
    assert not reading.notes
    (one,) = reading.candidates
    assert (one.id, one.serves_men, one.needs, one.status) == ("leeds-men", "men_only", ("talk", "health"), "open")
    assert one.service_areas == (LEEDS, "E08000036")
    assert [phone.type for phone in one.phones] == ["voice", "voice", "text", "whatsapp"]
    assert [contact.kind for contact in one.contacts] == ["webchat", "email", "website"]
    assert one.schedule is not None
    assert [language.code for language in one.languages] == ["en", "pl"]
    assert (one.minimum_age, one.application_process, one.access) == (18, "A man answers.", "Step-free")
    assert not one.staying


def test_a_dirty_table_is_read_as_far_as_it_goes_and_says_what_it_left_out(read: Read) -> None:
    head = "id,name,organization,needs,serves_men,hours,areas,phone,favourite colour"
    rows = (
        'Not A Slug,"Leeds\nMen",,"talk, dance",everyone,when we can,Leeds,call me,blue',
        "",
        ",,,,,,,,",
        "x,,Nameless,,,,,,",
        "two,Two,Two,,,,,0113 222 4444,",
        "two,Two again,Two,,,,,0113 222 4444,",
    )
    reading = read(table(*rows, head=head))
    assert [one.name for one in reading.candidates] == ["Leeds Men", "Two"]
    assert [str(one) for one in reading.rejected] == [
        "services.csv, row 6, name: is missing, and nothing can be shown without it",
        "services.csv, row 8 (Two again), id: stands twice: it was read from services.csv, row 7",
    ]
    assert {note.field for note in reading.notes} == {
        "favourite_colour",
        "id",
        "organization",
        "needs",
        "serves_men",
        "hours",
        "phones",
        "contacts",
    }


def test_a_row_about_a_place_to_stay_may_hold_no_address(read: Read) -> None:
    rows = (
        "A,One,yes,Find us at 14 Mill Lane,",
        "B,Two,,Find us at 14 Mill Lane,stay",
        "C,Three,,A refuge at 14 Mill Lane,",
        "D,Four,,Find us at 14 Mill Lane,talk",
    )
    reading = read(table(*rows, head="name,organization,accommodation,description,needs"))
    assert [one.name for one in reading.candidates] == ["D"]
    assert "Mill Lane" not in str(reading.rejected)


def test_an_empty_table_holds_nothing(read: Read) -> None:
    assert read(table()) == Reading()
    assert read({"services.csv": b""}) == Reading()
