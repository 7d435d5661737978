"""What the program is made of can be listed at any time, and nothing in it binds whoever passes the program on."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from email.message import Message
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "list-dependencies"


def listed(what: str) -> str:
    done = subprocess.run([sys.executable, SCRIPT, what], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_every_package_that_runs_tells_a_licence_that_may_be_here() -> None:
    licences = dict(line.split("\t") for line in listed("licences").splitlines())
    assert {name.split()[0] for name in licences} >= {"sqlalchemy", "python-telegram-bot", "h11"}
    assert all(licences.values())


@pytest.mark.parametrize(
    ("licence", "refused"),
    [
        ("GPL-3.0-only", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("AGPL-3.0-or-later", True),
        ("GNU Affero General Public License v3", True),
        ("MIT AND GPL-2.0-only", True),
        ("", True),
        ("GPL-2.0-only OR MIT", False),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("BSD-3-Clause", False),
    ],
)
def test_a_licence_that_would_bind_the_program_or_is_unknown_is_refused(licence: str, refused: bool) -> None:
    assert runpy.run_path(str(SCRIPT))["is_refused"](licence) is refused


@pytest.mark.parametrize(
    ("headers", "licence"),
    [
        ({"License-Expression": "MIT", "License": "old words"}, "MIT"),
        ({"License": "BSD-3-Clause"}, "BSD-3-Clause"),
        ({"License": "Copyright\nall of it", "Classifier": "License :: OSI Approved :: BSD License"}, "BSD License"),
        ({}, ""),
    ],
)
def test_a_licence_is_read_from_wherever_a_package_tells_it(headers: dict[str, str], licence: str) -> None:
    said = Message()
    for name, value in headers.items():
        said[name] = value
    assert runpy.run_path(str(SCRIPT))["licence_of"](said) == licence


def test_the_bill_of_materials_is_whole_and_always_the_same() -> None:
    text = listed("sbom")
    assert text == listed("sbom")
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    references = [one["bom-ref"] for one in bill["components"]]
    assert len(set(references)) == len(references)
    for one in bill["components"]:
        assert one["purl"] == one["bom-ref"] == f"pkg:pypi/{one['name']}@{one['version']}"
        assert one["type"] == "library"
        (licence,) = one["licenses"]
        assert licence.get("expression") or licence["license"]["name"]
    scopes = {one["name"]: one["scope"] for one in bill["components"]}
    assert scopes["httpcore"] == "required"
    assert scopes["hatchling"] == "excluded"
    known = {*references, "fingerpost"}
    assert {one["ref"] for one in bill["dependencies"]} == known
    assert {need for one in bill["dependencies"] for need in one["dependsOn"]} <= known
