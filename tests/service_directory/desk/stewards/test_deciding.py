"""What becomes of a proposal: how many people it takes, who may not be one of them, and how else it may end."""

from __future__ import annotations

import pytest

from service_directory.changes import Change
from service_directory.importing.proposals import A_STEWARD, THE_SERVICE, NotDone, Proposal, Proposals
from service_directory.rows import service_rows
from service_directory.store import Directory
from tests.support.services import NOON, written

OF_THE_SERVICE = "the service (office@leedsmen.org.uk)"


async def proposed(
    directory: Directory, *, source: str = THE_SERVICE, who: str = OF_THE_SERVICE, **after: str
) -> Proposal:
    """A live service, of which somebody proposes other values of its own fields, or another number."""
    if await directory.is_empty():
        await directory.load_document(written(), at=NOON, who="Lee", why="load", apply=True)
    async with directory.database.read() as connection:
        rows = (await service_rows(connection, ["leeds-men"]))["leeds-men"]
    table = "phone" if "number" in after else "service"
    row = next(row for row in rows if row.table == table)
    change = Change("update", row, tuple((name, row.values[name], value) for name, value in after.items()))
    number = await directory.propose("leeds-men", [change], at=NOON, who=who, why="it changed", source=source)
    (found,) = [one for one in await directory.proposals() if one.number == number]
    return found


async def name_of(directory: Directory) -> str:
    return (await directory.still_shown(["leeds-men"], NOON))["leeds-men"].name


async def test_one_steward_agrees_to_new_words_of_a_service(directory: Directory) -> None:
    proposal = await proposed(directory, name="Leeds Men's Line")
    assert proposal.needed == 1
    settled = await Proposals(directory.database).approve(proposal.number, who="Ada", at=NOON)
    assert settled.state == "approved"
    assert await name_of(directory) == "Leeds Men's Line"


async def test_two_stewards_agree_to_a_new_number(small: Directory) -> None:
    proposal = await proposed(small, number="+441132225555")
    assert proposal.needed == 2
    proposals = Proposals(small.database)
    assert (await proposals.approve(proposal.number, who="Ada", at=NOON)).state == "open"
    with pytest.raises(NotDone, match="another person"):
        await proposals.approve(proposal.number, who="ada", at=NOON)
    assert (await proposals.approve(proposal.number, who="Ben", at=NOON)).state == "approved"


async def test_nobody_agrees_alone_to_what_he_proposed(small: Directory) -> None:
    proposal = await proposed(small, source=A_STEWARD, who="Ada", name="Leeds Men's Line")
    assert proposal.why_not("Ben") == ""
    with pytest.raises(NotDone, match="Ada proposed it; it needs another person"):
        await Proposals(small.database).approve(proposal.number, who=" ada ", at=NOON)
    assert await name_of(small) == "Leeds Men"


async def test_what_an_import_brings_takes_two_people_whatever_it_is(small: Directory) -> None:
    assert (await proposed(small, source="county.csv", who="operator", name="Leeds Men's Line")).needed == 2


async def test_a_proposal_is_given_back_with_a_reason_and_may_come_again(directory: Directory) -> None:
    proposal = await proposed(directory, name="Leeds Men's Lin")
    proposals = Proposals(directory.database)
    with pytest.raises(NotDone, match="say why"):
        await proposals.give_back(proposal.number, who="Ada", at=NOON, reason=" ")
    back = await proposals.give_back(proposal.number, who="Ada", at=NOON, reason="a letter is missing")
    assert (back.state, back.decisions[-1].decision, back.decisions[-1].reason) == (
        "returned",
        "return",
        "a letter is missing",
    )
    with pytest.raises(NotDone, match="returned already"):
        await proposals.approve(proposal.number, who="Ben", at=NOON)
    again = await proposed(directory, name="Leeds Men's Line")
    assert again.number != proposal.number
    assert await name_of(directory) == "Leeds Men"


async def test_a_stewards_own_version_takes_the_place_of_a_proposal(small: Directory) -> None:
    proposal = await proposed(small, name="Leeds Mens Line")
    settled = await Proposals(small.database).take_place_of(
        proposal.number, who="Ada", at=NOON, reason="with its apostrophe"
    )
    assert settled.state == "edited"
    assert await small.proposals() == ()
