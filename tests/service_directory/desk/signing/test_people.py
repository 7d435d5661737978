"""What each of those at the desk may do."""

from __future__ import annotations

from service_directory.desk.people import NOBODY, Role, Visitor


def test_what_each_may_do() -> None:
    steward = Visitor("account", 1, "Sam", "", frozenset({Role.STEWARD}), "", True)
    assert steward.may(frozenset({"steward", "lead"}))
    assert not steward.may(frozenset({"lead"}))
    assert not steward.may(frozenset({"keeper"}))
    assert not NOBODY.may(frozenset({"keeper", "steward", "lead", "editor"}))
    assert NOBODY.may(frozenset({"anybody"}))
