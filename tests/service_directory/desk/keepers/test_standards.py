"""A service assesses itself: saved as it goes, sent in whole, and it counts only once a steward has decided."""

from __future__ import annotations

from service_directory.criteria import shipped
from service_directory.desk.entries.assessments import Assessments, as_attestation
from tests.service_directory.desk.keepers.conftest import REFUGE, ROOM
from tests.support.desk import DeskWorld, Person
from tests.support.keeping import filled, words

CRITERIA = shipped().criteria("AE")


def everything(result: str = "met") -> dict[str, str | list[str]]:
    return {f"{code}-result": result for code in CRITERIA}


async def test_it_is_saved_as_it_goes_and_sent_only_when_nothing_is_missing(world: DeskWorld, keeper: Person) -> None:
    assessments = Assessments(world.desk.database)
    assert "You have said nothing yet." in words(await keeper.get("/entry/standards"))
    answer = await filled(keeper, "/entry/standards/AE", {"AE1-result": "met", "AE1-note": "On our page", "send": "1"})
    assert answer.status_code == 422
    assert "These have no answer yet: AE2" in words(answer)
    assert f"1 of {len(CRITERIA)} answered" in words(await keeper.get("/entry/standards"))
    link = "https://lantern.example.org/for-men"
    typed = {**everything(), "AE1-evidence": f"{link}\r\n\r\nhttps://lantern.example.org/2", "AE9-result": "partly"}
    answer = await filled(keeper, "/entry/standards/AE", {**typed, "send": "1"})
    assert "sent in. It counts once somebody other than you" in words(await keeper.after(answer))
    (sent,) = await assessments.waiting()
    assert (sent.section, sent.said["AE1"].note, sent.said["AE9"].result) == ("AE", "On our page", "partly")
    assert sent.said["AE1"].evidence == (link, "https://lantern.example.org/2")
    page = words(await keeper.get("/entry/standards/AE"))
    assert "This is with the helpline team." in page
    answer = await keeper.post("/entry/standards/AE", {"AE1-result": "not_met"})
    assert answer.status_code == 422
    assert "Take it back first" in words(answer)


async def test_each_criterion_can_be_saved_alone_on_the_way_to_the_next(keeper: Person) -> None:
    answer = await filled(keeper, "/entry/standards/AE", {"AE1-result": "met", "next": "AE2"})
    assert answer.headers["location"] == "/desk/entry/standards/AE#AE2"
    assert "Saved, up to AE2." in words(await keeper.after(answer))
    answer = await filled(keeper, "/entry/standards/AE", {"next": "https://evil.example"})
    assert answer.headers["location"] == "/desk/entry/standards"


async def test_a_steward_who_is_somebody_else_decides_on_it(world: DeskWorld, keeper: Person) -> None:
    assessments = Assessments(world.desk.database)
    await filled(keeper, "/entry/standards/AE", {**everything(), "AE1-evidence": "https://lantern.example.org/men"})
    await keeper.post(
        "/entry/standards/AE", {**everything(), "AE1-evidence": "https://lantern.example.org/men", "send": "1"}
    )
    (sent,) = await assessments.waiting()
    written = as_attestation(sent)
    decided = {**written, "outcome": "partly", "by": "Example Lantern", "decided_by": "Lee Lead"}
    await world.desk.stewarding.attest(ROOM, decided, at=world.clock(), who="Sam Steward", why="read it, and rang")
    assert written["basis"] == "self"
    assert written["evidence"] == [
        {"id": "ae1-1", "kind": "url", "title": "What the service showed for AE1",
         "locator": "https://lantern.example.org/men"}
    ]  # fmt: skip
    await assessments.settle(ROOM, sent.standard, "AE")
    assert await assessments.waiting() == ()
    assert "What you sent in was decided on." in words(await keeper.get("/entry/standards"))
    await filled(keeper, "/entry/standards/AE", {"AE2-result": "partly"})
    again = (await assessments.of(ROOM, shipped()))["AE"]
    assert (again.state, again.said["AE1"].result, again.said["AE2"].result) == ("draft", "met", "partly")


async def test_it_can_be_taken_back_and_gone_on_with(world: DeskWorld, keeper: Person) -> None:
    await keeper.post("/entry/standards/AE", {**everything(), "send": "1"})
    page = await keeper.after(await keeper.post("/entry/standards/AE/take-back"))
    assert "Taken back." in words(page)
    assert await Assessments(world.desk.database).waiting() == ()
    assert (await keeper.post("/entry/standards/AE/take-back")).status_code == 303


async def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_typed_is_lost(
    world: DeskWorld, keeper: Person
) -> None:
    for typed, told in (
        ({"AE1-result": "not_applicable"}, "AE1: Say why it does not apply to you."),
        ({"AE1-result": "perfect"}, "AE1: Choose one of the answers."),
        ({"AE1-note": "Ask Dr Jones"}, "would tell of a person"),
        ({"AE1-note": "x" * 401}, "at most 400 fit"),
        ({"AE1-evidence": "http://plain.example.org"}, "must be a link that begins with https://"),
        ({"AE1-evidence": "https://x.org/mail?to=a@b.org"}, "would tell of a person"),
        ({"AE1-evidence": "\r\n".join(f"https://x.org/{n}" for n in range(6))}, "At most 5 links fit"),
    ):
        answer = await filled(keeper, "/entry/standards/AE", dict(typed))
        assert answer.status_code == 422, typed
        assert told in words(answer)
    assert "You have said nothing yet." in words(await keeper.get("/entry/standards"))
    refuge = await world.as_keeper(REFUGE)
    answer = await filled(refuge, "/entry/standards/AE", {"AE1-note": "See the sign at 12 Station Road"})
    assert "Nothing is kept of where men stay" in words(answer)


async def test_a_section_that_does_not_exist_has_no_page(keeper: Person) -> None:
    assert (await keeper.get("/entry/standards/XX")).status_code == 404
    assert (await keeper.post("/entry/standards/XX")).status_code == 404


async def test_where_no_standard_counts_the_page_says_so(world: DeskWorld, keeper: Person) -> None:
    world.desk.directory._policy = type(world.desk.directory.policy)(standard="ELSE")
    assert "No version of the standards counts here" in words(await keeper.get("/entry/standards"))
    assert (await keeper.get("/entry/standards/AE")).status_code == 404
