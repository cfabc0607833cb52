"""Settings: flags before environment before config.toml before defaults, and a name that is not a setting is an error."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.home import Home, as_toml, existing_home, lay_out
from app.settings import Settings, _known_variable, home_folder, load_settings
from memory.domain.errors import InputError, NotFoundError


def written(folder: Path, text: str) -> Path:
    (folder / "config.toml").write_text(text)
    return folder


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.model_dump() == Settings.model_construct().model_dump()
    assert (settings.tier, settings.home_currency, settings.mail.configured, settings.dashboard_port) == ("rules", "EUR", False, 8501)


@pytest.mark.parametrize(
    ("config", "environment", "flags", "expected"),
    [
        ("", {}, {}, "rules"),
        ('tier = "fast"', {}, {}, "fast"),
        ('tier = "fast"', {"QM_TIER": "deep"}, {}, "deep"),
        ('tier = "fast"', {"QM_TIER": "fast"}, {"tier": "deep"}, "deep"),
        ('tier = "fast"', {}, {"tier": "deep"}, "deep"),
        ("", {"QM_TIER": "deep"}, {"tier": "rules"}, "rules"),
    ],
)
def test_the_nearer_source_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str, environment: dict[str, str], flags: dict[str, str], expected: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert load_settings(written(tmp_path, config), **flags).tier == expected


def test_sources_are_merged_field_by_field_also_within_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, '[mail]\naddress = "jo@a.example"\nsmtp_host = "smtp.a.example"\nimap_host = "imap.a.example"\n')
    monkeypatch.setenv("QM_MAIL__SMTP_HOST", "smtp.b.example")
    mail = load_settings(tmp_path, mail={"imap_host": "imap.c.example"}).mail
    assert (mail.address, mail.smtp_host, mail.imap_host) == ("jo@a.example", "smtp.b.example", "imap.c.example")
    assert mail.configured


@pytest.mark.parametrize("name", ["USER", "NAME", "ADDRESS", "MODEL", "BASE_URL", "POLL_S", "TIER", "MAIL", "DEMO", "SMTP_PORT"])
@pytest.mark.parametrize("config", ["", '[mail]\nsmtp_host = "a.example"\n[fast]\nmodel = "m"\n'], ids=["bare", "tables"])
def test_a_variable_that_is_not_ours_sets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, config: str) -> None:
    before = load_settings(written(tmp_path, config)).model_dump()
    monkeypatch.setenv(name, "1")
    assert load_settings(tmp_path).model_dump() == before


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ("teir = 'fast'", "teir"),
        ("[mail]\nadress = 'a'", "mail.adress"),
        ("[fast]\nmodle = 'a'", "fast.modle"),
        ("[payments]\nx = 1", "payments"),
        ("tier = 'turbo'", "tier"),
        ("tax_rate_bp = 9000", "tax_rate_bp"),
        ("home_currency = 'euro'", "home_currency"),
        ("dashboard_port = 0", "dashboard_port"),
        ("[mail]\npoll_s = 45", "mail.poll_s"),
        ("[mail]\npoll_s = 0", "mail.poll_s"),
    ],
)
def test_a_wrong_line_of_the_file_is_named_with_its_file(tmp_path: Path, config: str, names: str) -> None:
    with pytest.raises(InputError) as told:
        load_settings(written(tmp_path, config))
    assert names in told.value.message
    assert str(tmp_path / "config.toml") in told.value.message
    assert told.value.hint


@pytest.mark.parametrize("poll", [1, 5, 60, 300, 3600])
def test_any_interval_of_a_clock_may_be_polled_at(tmp_path: Path, poll: int) -> None:
    from memory.engine.port import Schedule

    assert Schedule("poll", load_settings(tmp_path, mail={"poll_s": poll}).mail.poll_s).every_s == poll


@pytest.mark.parametrize("text", ["tier = ", "tier = fast", "\x00", "[mail", "a = 1\na = 2"])
def test_a_file_that_is_not_toml_says_where(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="not readable TOML"):
        load_settings(written(tmp_path, text))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not readable TOML"):
        load_settings(tmp_path)


@pytest.mark.parametrize("name", ["QM_TEIR", "QM_MAIL_ADDRESS", "QM_", "QM_MAIL__ADRESS", "QM_TIER__X", "QM_MAIL__", "QM_HOME_FOLDER"])
def test_an_unknown_variable_of_ours_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(InputError, match=rf"{name}\b|{name}$"):
        load_settings(tmp_path)


@pytest.mark.parametrize("name", [f"QM_{field.upper()}" for field in Settings.model_fields])
def test_every_setting_has_a_variable(name: str) -> None:
    assert _known_variable(name)


def test_a_table_given_as_broken_json_blames_the_variable_not_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QM_MAIL", "{broken")
    with pytest.raises(InputError, match="QM_ variable") as told:
        load_settings(tmp_path)
    assert "TOML" not in told.value.message


def test_a_secret_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QM_VAULT_PASSPHRASE", "hunter2")
    monkeypatch.setenv("QM_TIER", "turbo")
    with pytest.raises(InputError) as told:
        load_settings(tmp_path)
    assert "hunter2" not in told.value.message + told.value.hint
    monkeypatch.delenv("QM_TIER")
    settings = load_settings(tmp_path)
    assert "hunter2" not in repr(settings)
    assert settings.vault_passphrase.get_secret_value() == "hunter2"


def test_mail_settings_reach_the_connector_under_its_own_names(tmp_path: Path) -> None:
    mail = {"address": "jo@a.example", "smtp_host": "s", "imap_host": "i", "smtp_port": 25}
    given_names = load_settings(tmp_path, mail=mail).mail.connector_settings()
    assert given_names["mail_address"] == "jo@a.example"
    assert given_names["smtp_port"] == "25"
    assert "mail_certificate" not in given_names
    from tools.connectors.mail import CONNECTOR

    assert set(given_names) <= set(CONNECTOR.settings)


def test_the_home_is_the_flag_then_the_variable_then_the_platform_s_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QM_HOME", str(tmp_path / "named"))
    assert home_folder(tmp_path / "a" / ".." / "given") == tmp_path / "given"
    assert home_folder(None) == tmp_path / "named"
    load_settings(tmp_path)
    monkeypatch.delenv("QM_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert home_folder(None).name == "quartermaster"


def test_a_home_that_was_not_made_is_not_found_and_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as told:
        existing_home(tmp_path)
    assert "qm init" in told.value.hint


def test_laying_out_a_home_keeps_what_is_there(tmp_path: Path) -> None:
    first = lay_out(tmp_path / "home", {"operator_name": "Jo"})
    first.policy.write_text("# mine\n")
    again = lay_out(tmp_path / "home", {"operator_name": "Mallory"})
    assert again == first == existing_home(tmp_path / "home")
    assert load_settings(first.root).operator_name == "Jo"
    assert first.policy.read_text() == "# mine\n"
    assert first.files.is_dir()
    assert first.exists
    assert not Home(tmp_path / "other").exists


def test_a_home_s_database_is_its_own_file_unless_one_is_set(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.database_url(load_settings(tmp_path)) == f"sqlite:///{tmp_path / 'quartermaster.db'}"
    assert home.database_url(load_settings(tmp_path, database_url="postgresql://x")) == "postgresql://x"


_VALUE = st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-(2**60), 2**60) | st.booleans()
_NAME = st.from_regex(r"[a-z][a-z_]{0,10}", fullmatch=True)


@given(st.dictionaries(_NAME, _VALUE | st.dictionaries(_NAME, _VALUE, max_size=3), max_size=5))
def test_what_is_written_as_toml_is_read_back(config: dict[str, object]) -> None:
    assert tomllib.loads(as_toml(config)) == config
