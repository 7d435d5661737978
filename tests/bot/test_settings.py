"""The configuration is read whole, and every mistake names its variable and what to do."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot import settings as settings_module
from bot.sealing import new_secret
from bot.settings import MEANINGS, Settings, SettingsError


def read(tmp_path: Path, **variables: str) -> Settings:
    given = {f"FINGERPOST_{name}": value for name, value in variables.items()}
    return Settings.read({"FINGERPOST_HOME": str(tmp_path / "home"), "PATH": "/bin", **given})


def test_nothing_set_means_this_machine_only_and_the_defaults(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.helpline == "0808 800 1170"
    assert settings.local_address == "http://127.0.0.1:8080"
    assert settings.session_life == timedelta(minutes=60)
    assert settings.telegram_token is None
    assert not settings.faces_the_public
    assert not settings.accept_self_assessment
    assert settings.directory_url != settings.sessions_url


def test_secrets_are_made_once_and_kept_for_their_owner_only(tmp_path: Path) -> None:
    first = read(tmp_path)
    assert len(first.secret) >= 32
    assert first.secret != first.webhook_secret
    assert read(tmp_path).secret == first.secret
    assert (tmp_path / "home" / "secret").stat().st_mode & 0o077 == 0
    assert read(tmp_path, SECRET="s" * 32).secret == "s" * 32


def test_processes_that_start_at_once_share_one_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others: list[str] = []

    def while_another_starts() -> str:
        monkeypatch.setattr(settings_module, "new_secret", new_secret)
        others.append(read(tmp_path).secret)
        return new_secret()

    monkeypatch.setattr(settings_module, "new_secret", while_another_starts)
    assert [read(tmp_path).secret] == others
    assert sorted(file.name for file in (tmp_path / "home").iterdir()) == ["secret", "webhook-secret"]


def test_no_secret_shows_in_a_repr(tmp_path: Path) -> None:
    token = "123456:" + "A" * 35
    settings = read(tmp_path, TELEGRAM_TOKEN=token, SESSIONS_URL="postgresql://u:hidden@h/d")
    for secret in (settings.secret, settings.webhook_secret, token, "hidden"):
        assert secret not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "٨٠٨٠٨"),
        ("SESSION_MINUTES", "5"),
        ("SESSION_MINUTES", "1.5"),
        ("TELEGRAM_TOKEN", "my token"),
        ("TELEGRAM_API", "ftp://x"),
        ("PUBLIC_URL", "http://chat.example.org"),
        ("PUBLIC_URL", "chat.example.org"),
        ("EXIT_URL", "bbc"),
        ("HELPLINE", "12345"),
        ("HELPLINE", "+1 202 555 0100"),
        ("DIRECTORY_URL", "nonsense"),
        ("SESSIONS_URL", "mysql://host/db"),
        ("SECRET", "short"),
        ("WEBHOOK_SECRET", "has spaces in it, alas"),
        ("SMTP_URL", "mail.example.org"),
        ("SMTP_URL", "smtp://mail.example.org"),
        ("SMTP_URL", "smtp://mail.example.org?from=nobody"),
        ("ACCEPT_SELF_ASSESSMENT", "perhaps"),
        ("METRICS", "0.0.0.0:9090"),
        ("PROXY_HEADER", "X-Forwarded-For: yes"),
        ("OPERATOR", "two\nlines"),
    ],
)
def test_a_bad_value_is_an_error_that_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^FINGERPOST_{name}: "):
        read(tmp_path, **{name: value})


def test_a_bad_secret_is_not_repeated_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, TELEGRAM_TOKEN="not-quite:a token", SECRET="hunter2")
    assert "hunter2" not in str(caught.value)
    assert "not-quite" not in str(caught.value)


def test_a_misspelt_variable_is_an_error_with_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"FINGERPOST_HELP_LINE: .* Did you mean FINGERPOST_HELPLINE\?"):
        read(tmp_path, HELP_LINE="0808 800 1170")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, PORT="x", SESSION_MINUTES="y", NOISE="z")
    assert len(str(caught.value).splitlines()) == 3


def test_an_unwritable_home_is_explained(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SettingsError, match=r"^FINGERPOST_HOME: cannot write"):
        Settings.read({"FINGERPOST_HOME": str(blocked / "home")})


def test_a_cut_off_secret_file_is_explained(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "home" / "secret").write_text("")
    with pytest.raises(SettingsError, match="empty or cut short"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("variables", "public"),
    [
        ({}, False),
        ({"HOST": "localhost"}, False),
        ({"HOST": "::1"}, False),
        ({"HOST": "0.0.0.0"}, True),
        ({"TELEGRAM_TOKEN": "123456:" + "A" * 35}, True),
        ({"PUBLIC_URL": "https://chat.example.org"}, True),
    ],
)
def test_what_a_stranger_could_reach_faces_the_public(tmp_path: Path, variables: dict[str, str], public: bool) -> None:
    assert read(tmp_path, **variables).faces_the_public is public


def test_every_setting_is_documented_for_operators() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operators.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`FINGERPOST_([A-Z_]+)`", page))
    assert documented == set(MEANINGS)


def test_letters_come_from_the_address_that_is_named_or_else_from_whom_privacy_questions_go_to(tmp_path: Path) -> None:
    named = read(
        tmp_path, SMTP_URL="smtp://sam:x@mail.example.org?from=desk@example.org", PRIVACY_CONTACT="p@example.org"
    )
    assert named.mail_server is not None
    assert named.mail_server.sender == "desk@example.org"
    asked = read(tmp_path, SMTP_URL="smtp://mail.example.org", PRIVACY_CONTACT="p@example.org")
    assert asked.mail_server is not None
    assert asked.mail_server.sender == "p@example.org"
    assert read(tmp_path).mail_server is None
    assert "s3cret" not in repr(read(tmp_path, SMTP_URL="smtp://d%40example.org:s3cret@mail.example.org"))
