"""The files for running it elsewhere fit the program, and confine it. No engine builds or runs them here."""

from __future__ import annotations

import configparser
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import DEFAULT_EXIT_URL, MEANINGS
from safety.lifelines import DEFAULT_HELPLINE, Lifelines

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", "", "\n".join(line for line in CONTAINERFILE.splitlines() if not line.startswith("#")))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines()) if word]


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*")), ids=lambda path: path.name)
def test_no_file_names_a_setting_that_does_not_exist(path: Path) -> None:
    if path.is_file():
        named = set(re.findall(r"FINGERPOST_([A-Z_]+)", path.read_text(encoding="utf-8")))
        assert named <= MEANINGS.keys()


def test_the_image_is_made_of_what_is_pinned_with_hashes_and_holds_no_tool_to_fetch_more() -> None:
    runs = [rest for word, rest in instructions() if word == "RUN" and " install " in rest and "pip" in rest]
    fetching = [rest for rest in runs if "--no-index" not in rest]
    assert len(fetching) == 1
    assert "--require-hashes" in fetching[0]
    assert " pip" in runs[-1].rpartition("uninstall")[2]


def test_the_image_runs_as_nobody_special_and_tells_whether_it_is_alive() -> None:
    stages = "\n".join(f"{word} {rest}" for word, rest in instructions()).split("FROM ")
    last = stages[-1].splitlines()
    assert "USER 10001:10001" in last
    assert any(line.startswith("HEALTHCHECK") and "/healthz" in line for line in last)
    assert 'ENTRYPOINT ["fingerpost"]' in last


def test_all_that_the_image_copies_is_there_and_is_sent_to_the_builder() -> None:
    copied = [rest.split()[:-1] for word, rest in instructions() if word == "COPY" and not rest.startswith("--from")]
    sent = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for name in (name for names in copied for name in names):
        assert (ROOT / name).exists()
        assert f"!{name}" in sent


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_service_is_confined(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith("0")
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_the_processes_share_the_keys_and_both_databases() -> None:
    first, second = COMPOSE["services"]["first"], COMPOSE["services"]["second"]
    for shared in ("image", "environment", "volumes"):
        assert first[shared] == second[shared]
    assert first["environment"]["FINGERPOST_DIRECTORY_URL"] != first["environment"]["FINGERPOST_SESSIONS_URL"]


def test_what_is_forgotten_has_a_server_of_its_own_without_an_archive() -> None:
    assert "archive_mode=off" in COMPOSE["services"]["sessions"]["command"]
    assert COMPOSE["services"]["sessions"]["volumes"] != COMPOSE["services"]["directory"]["volumes"]
    assert COMPOSE["networks"]["stores"]["internal"] is True


def test_every_value_that_compose_wants_is_in_the_example() -> None:
    wanted = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    offered = set(re.findall(r"^(\w+)=", (DEPLOY / "example.env").read_text(encoding="utf-8"), re.MULTILINE))
    assert wanted == offered


def test_the_unit_confines_the_program_and_gives_it_time_to_end() -> None:
    lines: defaultdict[str, list[str]] = defaultdict(list)
    unit = (DEPLOY / "systemd" / "fingerpost@.service").read_text(encoding="utf-8")
    # Some keys stand more than once, which this parser would refuse.
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read_string(unit)
    assert parser.sections() == ["Unit", "Service", "Install"]
    for key, _, value in (line.partition("=") for line in unit.splitlines() if not line.startswith("#")):
        lines[key].append(value)
    assert lines["NoNewPrivileges"] == ["yes"]
    assert lines["ProtectSystem"] == ["strict"]
    assert lines["CapabilityBoundingSet"] == [""]
    assert lines["LimitCORE"] == ["0"]
    assert lines["MemorySwapMax"] == ["0"]
    # However it came to its end, men are waiting: also by a code that says that all was well.
    assert lines["Restart"] == ["always"]
    # Of several on one machine each can have an address for metrics of its own.
    assert lines["EnvironmentFile"] == ["/etc/fingerpost/env", "-/etc/fingerpost/env-%i"]
    # A turn may take twenty seconds.
    assert int(lines["TimeoutStopSec"][0]) > 20
    assert lines["RestrictAddressFamilies"] == ["AF_INET AF_INET6 AF_UNIX"]


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_notes_nobody_and_says_who_asked_in_the_one_header(name: str) -> None:
    text = (DEPLOY / "proxy" / name).read_text(encoding="utf-8")
    assert "X-Real-IP" in text
    if name == "nginx.conf":
        servers = re.findall(r"^server \{.*?^\}", text, re.DOTALL | re.MULTILINE)
        assert len(servers) == 2
        assert all("access_log off;" in server and "crit;" in server for server in servers)
        assert "client_body_buffer_size 1m;" in text
    else:
        assert "exclude http.log.error http.log.access" in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_has_somebody_to_send_visitors_to_when_no_process_is_ready(name: str) -> None:
    """A process whose stores are down still says the helpline, which no error page of a proxy's does."""
    text = (DEPLOY / "proxy" / name).read_text(encoding="utf-8")
    assert re.findall(r"^\s*health_uri (\S+)", text, re.MULTILINE) == (["/healthz"] if name == "Caddyfile" else [])
    # nginx asks nobody whether he is well: it goes by whether he answers.
    assert "health_check" not in text


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_that_reaches_nobody_says_the_helpline_and_the_way_out_itself(name: str) -> None:
    (page,) = re.findall("<!doctype html>.*</html>", (DEPLOY / "proxy" / name).read_text(encoding="utf-8"))
    numbers = set(re.findall(r"href=tel:(\d+)>([\d ]+)</a>", page))
    assert all(called == shown.replace(" ", "") for called, shown in numbers)
    lifelines = Lifelines.load()
    any_hour = next(line for line in lifelines.lines() if line.key == "samaritans")
    assert {shown for _, shown in numbers} == {"999", DEFAULT_HELPLINE, any_hour.number}
    assert f"<a href={DEFAULT_EXIT_URL}>" in page
    assert "<title>Chat</title>" in page
