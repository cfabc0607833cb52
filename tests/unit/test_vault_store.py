from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memory.domain.errors import ConflictError, InputError, IntegrityError, NotFoundError, RefusedError
from tools.vault import KeyFile, PassphraseKey, Secret, Vault


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def made(home: Path) -> Vault:
    return Vault.create(home / "vault.json", KeyFile(home / "vault.key"))


def reopened(home: Path) -> Vault:
    return Vault.open(home / "vault.json", KeyFile(home / "vault.key"))


def edit(home: Path, change) -> None:
    content = json.loads((home / "vault.json").read_text())
    change(content)
    (home / "vault.json").write_text(json.dumps(content))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(kept=st.dictionaries(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True), st.binary(max_size=300), max_size=5))
def test_what_is_put_comes_back_from_a_reopened_vault_and_stands_nowhere_in_clear(tmp_path_factory, kept):
    home = tmp_path_factory.mktemp("vault")
    vault = made(home)
    for name, value in kept.items():
        vault.put(name, Secret(value))
    again = reopened(home)
    assert again.names() == tuple(sorted(kept))
    assert {name: again.get(name).reveal() for name in kept} == kept
    on_disk = (home / "vault.json").read_bytes()
    assert not [value for value in kept.values() if len(value) > 12 and value in on_disk]


def test_a_passphrase_opens_the_vault_and_another_one_is_refused(home):
    path = home / "vault.json"
    Vault.create(path, PassphraseKey(Secret("four plain words here"))).put("mail.password", Secret("hunter2-hunter2"))
    assert Vault.open(path, PassphraseKey(Secret("four plain words here"))).get("mail.password").text() == "hunter2-hunter2"
    with pytest.raises(RefusedError, match="wrong passphrase"):
        Vault.open(path, PassphraseKey(Secret("four plain words her")))
    with pytest.raises(RefusedError, match="opened by a passphrase"):
        Vault.open(path, KeyFile(home / "vault.key"))


def test_a_short_passphrase_is_refused_and_leaves_no_file(home):
    with pytest.raises(RefusedError, match="shorter than 8"):
        Vault.create(home / "vault.json", PassphraseKey(Secret("short")))
    assert not (home / "vault.json").exists()


def test_altered_key_settings_cannot_exhaust_the_machine(home):
    Vault.create(home / "vault.json", PassphraseKey(Secret("four plain words here")))
    edit(home, lambda content: content["master"].update(memory_kib=2**31))
    with pytest.raises(IntegrityError, match="key settings"):
        Vault.open(home / "vault.json", PassphraseKey(Secret("four plain words here")))


def test_files_are_readable_by_their_owner_only_and_a_key_file_that_others_read_is_refused(home):
    made(home).put("a", Secret("x"))
    assert {stat.S_IMODE((home / name).stat().st_mode) for name in ("vault.json", "vault.key")} == {0o600}
    (home / "vault.key").chmod(0o644)
    with pytest.raises(RefusedError, match="others may read") as refused:
        reopened(home)
    assert "chmod 600" in refused.value.hint


def swap(content):
    rows = content["secrets"]
    rows["one"], rows["two"] = rows["two"], rows["one"]


def swap_bodies(content):
    rows = content["secrets"]
    rows["one"]["body"], rows["two"]["body"] = rows["two"]["body"], rows["one"]["body"]


@pytest.mark.parametrize(
    "change",
    [
        swap,
        swap_bodies,
        lambda content: content["secrets"].pop("one"),
        lambda content: content["secrets"]["one"].update(version=7),
        lambda content: content["secrets"].update(three=content["secrets"]["one"]),
        lambda content: content.update(index=content["check"]),
        lambda content: content.update(format=2),
        lambda content: content.pop("index"),
    ],
)
def test_rows_that_were_swapped_altered_added_or_taken_out_are_noticed(home, change):
    vault = made(home)
    vault.put("one", Secret("first value"))
    vault.put("two", Secret("second value"))
    edit(home, change)
    with pytest.raises(IntegrityError):
        reopened(home)
    with pytest.raises(IntegrityError):
        vault.get("two")


def test_a_row_put_back_from_an_older_file_is_noticed(home):
    vault = made(home)
    vault.put("bank", Secret("old token"))
    older = json.loads((home / "vault.json").read_text())["secrets"]["bank"]
    assert vault.put("bank", Secret("new token")) == 2
    edit(home, lambda content: content["secrets"].update(bank=older))
    with pytest.raises(IntegrityError, match="altered"):
        vault.get("bank")


def test_rows_are_bound_to_their_name_even_when_the_index_is_forged_by_a_holder_of_the_key(home):
    """The index alone would not stop someone who can seal one; the name inside each row's seal does."""
    vault = made(home)
    vault.put("one", Secret("first value"))
    vault.put("two", Secret("second value"))
    remembered, rows = vault._rows()
    rows["one"], rows["two"] = rows["two"], rows["one"]
    vault._write(remembered, rows)
    with pytest.raises(IntegrityError):
        vault.get("one")


def test_rotation_moves_every_secret_to_the_new_key_and_shuts_the_old_one_out(home):
    vault = made(home)
    vault.put("one", Secret("first value"))
    vault.put("one", Secret("first value, again"))
    before = json.loads((home / "vault.json").read_text())["secrets"]
    vault.rotate(KeyFile(home / "new.key"))
    assert vault.get("one").text() == "first value, again"
    assert Vault.open(home / "vault.json", KeyFile(home / "new.key")).get("one").text() == "first value, again"
    with pytest.raises(RefusedError):
        reopened(home)
    after = json.loads((home / "vault.json").read_text())["secrets"]
    assert after["one"]["version"] == before["one"]["version"] == 2
    assert after["one"]["body"] != before["one"]["body"]


def test_deleted_and_absent_secrets_are_not_found(home):
    vault = made(home)
    vault.put("one", Secret("first value"))
    vault.delete("one")
    assert reopened(home).names() == ()
    for attempt in (vault.get, vault.delete):
        with pytest.raises(NotFoundError):
            attempt("one")


def test_a_scoped_reader_gives_only_what_it_was_made_for(home):
    vault = made(home)
    vault.put("mail.password", Secret("hunter2-hunter2"))
    vault.put("bank.token", Secret("token-token"))
    read = vault.scoped({"mail.password"})
    assert read("mail.password").text() == "hunter2-hunter2"
    with pytest.raises(RefusedError, match=r"bank\.token"):
        read("bank.token")


def test_a_second_vault_never_replaces_the_first(home):
    made(home).put("one", Secret("first value"))
    with pytest.raises(ConflictError):
        made(home)
    assert reopened(home).get("one").text() == "first value"


@pytest.mark.parametrize("name", ["", "Upper", "../up", "a b", "x" * 81])
def test_names_that_are_not_names_are_refused(home, name):
    with pytest.raises(InputError):
        made(home).put(name, Secret("x"))


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"format": 1}'])
def test_a_file_that_is_not_a_vault_is_said_to_be_none(home, content):
    made(home)
    (home / "vault.json").write_bytes(content)
    with pytest.raises(IntegrityError, match=r"vault\.json"):
        reopened(home)


def test_a_missing_vault_or_key_file_is_not_found(home):
    with pytest.raises(NotFoundError):
        reopened(home)
    made(home)
    (home / "vault.key").unlink()
    with pytest.raises(NotFoundError, match="key file"):
        reopened(home)


def test_two_openings_of_one_vault_do_not_lose_each_others_secrets(home):
    first, second = made(home), reopened(home)
    first.put("one", Secret("first value"))
    second.put("two", Secret("second value"))
    assert first.names() == second.names() == ("one", "two")
