"""The bundle for a third party: checked by its own script in a Python that knows nothing of ours, and held against every way to tamper with it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.ledger_export import export
from memory.anchors import anchor, make_signing_key, replace_key, signer_from
from memory.domain.base import canonical_json, sha256_hex
from memory.domain.errors import ConflictError, IntegrityError, UnavailableError
from memory.domain.events.cases import CasePaused
from memory.ledger import chain, genesis

WEIRD = 'CASE-"ü" \\ 名前 🦉'
SIGNER = signer_from(make_signing_key())

Lines = list[bytes]

#: A bundle does not show which database it came from; that it is the same from Postgres is held elsewhere.
pytestmark = pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)


def check(folder: Path, *more: str) -> tuple[int, str]:
    """Run the bundle's own script; `-I -S` keeps our packages, and everything else that was installed, out of its sight."""
    ran = subprocess.run([sys.executable, "-I", "-S", "-O", folder / "verify.py", *more], capture_output=True, text=True, check=False)
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.returncode, ran.stdout + ran.stderr


def write(core: Any, stream: str, *numbers: int) -> None:
    for number in numbers:
        core.act(f"{stream}/{number}", CasePaused(reason=f"Grund {number}: „äöü“ \t\n 🦉"), stream=stream)


def filled(core: Any) -> Any:
    for stream in ("CASE-1", "CASE-2", WEIRD):
        write(core, stream, 1, 2)
    anchor(core.database, SIGNER, core.clock)
    write(core, "CASE-1", 3, 4)
    write(core, "CASE-3", 1, 2)
    anchor(core.database, SIGNER, core.clock)
    write(core, "CASE-1", 5, 6)
    write(core, "CASE-3", 3)
    return core


@pytest.fixture
def bundle(core: Any, tmp_path: Path) -> Path:
    export(filled(core).database, tmp_path / "bundle", signer=SIGNER, clock=core.clock)
    return tmp_path / "bundle"


@pytest.fixture
def tampered(core: Any, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Change a bundle with three anchors over 13 events and run its script on it."""

    def run(change: Callable[[Lines, Lines, dict[str, Any]], None], *more: str, sign_all: bool = True) -> tuple[int, str]:
        folder = tmp_path / "bundle"
        export(filled(core).database, folder, signer=SIGNER if sign_all else None, clock=core.clock)
        events, anchors = ((folder / name).read_bytes().splitlines(keepends=True) for name in ("events.jsonl", "anchors.jsonl"))
        heads = json.loads((folder / "heads.json").read_bytes())
        change(events, anchors, heads)
        (folder / "events.jsonl").write_bytes(b"".join(events))
        (folder / "anchors.jsonl").write_bytes(b"".join(anchors))
        (folder / "heads.json").write_text(json.dumps(heads))
        return check(folder, *more)

    return run


def record(line: bytes) -> dict[str, Any]:
    return json.loads(line)["event"]  # type: ignore[no-any-return]


def rechain(events: Lines, heads: dict[str, Any]) -> None:
    """Make every hash and head fit again, as an able forger would."""
    ends: dict[str, tuple[int, str]] = {}
    for at, line in enumerate(events):
        event = record(line)
        stream = event["stream"]
        version, prev = ends.get(stream, (0, genesis(stream)))
        canonical = canonical_json({**event, "version": version + 1})
        ends[stream] = (version + 1, chain(prev, canonical))
        events[at] = b'{"event":%b,"hash":"%b"}\n' % (canonical, ends[stream][1].encode())
    heads.clear()
    heads.update({stream: list(end) for stream, end in ends.items()})


def altered(line: bytes) -> bytes:
    return line.replace(b"Grund", b"Grand")


def test_a_whole_bundle_holds_and_is_signed(bundle: Path) -> None:
    code, told = check(bundle, "--key", SIGNER.public_key)
    assert (code, told.startswith("13 events hold and are signed: anchor 3")) == (0, True), told
    assert check(bundle)[0] == 0
    assert subprocess.run([sys.executable, "verify.py"], cwd=bundle, check=False, capture_output=True).returncode == 0
    assert {p.name for p in bundle.iterdir()} == {
        "README.txt", "anchors.jsonl", "events.jsonl", "heads.json", "public_key.txt", "verify.py",
    }  # fmt: skip
    assert SIGNER.public_key in (bundle / "README.txt").read_text()


def test_the_script_is_sixty_lines_of_standard_library(bundle: Path) -> None:
    script = (bundle / "verify.py").read_text()
    assert len(script.splitlines()) <= 60
    imports = {word.strip() for line in script.splitlines() if line.startswith("import ") for word in line[7:].split(",")}
    assert imports <= set(sys.stdlib_module_names)
    assert "from " not in {line[:5] for line in script.splitlines()}


def test_the_bytes_in_a_bundle_are_the_bytes_that_were_hashed(core: Any, tmp_path: Path) -> None:
    export(filled(core).database, tmp_path / "bundle", signer=SIGNER, clock=core.clock)
    ends: dict[str, str] = {}
    for line, event in zip((tmp_path / "bundle" / "events.jsonl").read_bytes().splitlines(), core.events(), strict=True):
        body = line[len(b'{"event":') : line.rindex(b',"hash":"')]
        digest = hashlib.sha256(ends.get(event.stream, genesis(event.stream)).encode() + body).hexdigest()
        assert digest == event.hash == json.loads(line)["hash"]
        assert record(line)["event_id"] == event.event_id
        ends[event.stream] = digest


def test_without_a_signer_the_newest_events_are_called_unsigned(core: Any, tmp_path: Path) -> None:
    done = export(filled(core).database, tmp_path / "bundle")
    assert (done.events, done.signed, done.anchors) == (13, 10, 2)
    code, told = check(tmp_path / "bundle", "--key", SIGNER.public_key)
    assert (code, "UNSIGNED: the newest 3 events" in told) == (3, True)


def test_an_empty_ledger_and_one_without_anchors_are_signed_by_nobody(core: Any, tmp_path: Path) -> None:
    export(core.database, tmp_path / "empty")
    assert check(tmp_path / "empty")[0] == 3
    write(core, "CASE-1", 1)
    export(core.database, tmp_path / "bundle")
    code, told = check(tmp_path / "bundle")
    assert (code, "signed by nobody" in told) == (3, True)
    assert check(tmp_path / "bundle", "--key", SIGNER.public_key)[0] == 1


def test_a_key_that_was_replaced_still_leads_to_the_new_one(core: Any, tmp_path: Path) -> None:
    new = signer_from(make_signing_key())
    replace_key(filled(core).database, SIGNER, new, core.clock)
    export(core.database, tmp_path / "bundle", signer=new, clock=core.clock)
    for known in (SIGNER.public_key, new.public_key):
        assert check(tmp_path / "bundle", "--key", known)[0] == 0


@pytest.mark.parametrize("place", [0, 5, 12])
def test_a_changed_event_is_named(tampered: Callable[..., tuple[int, str]], place: int) -> None:
    def change(events: Lines, _anchors: Lines, _heads: dict[str, Any]) -> None:
        events[place] = altered(events[place])

    code, told = tampered(change)
    assert (code, "was changed" in told) == (1, True), told


@pytest.mark.parametrize("place", [0, 3, 6])
def test_a_dropped_event_is_named(tampered: Callable[..., tuple[int, str]], place: int) -> None:
    code, told = tampered(lambda events, _anchors, _heads: events.pop(place))
    assert (code, "dropped" in told) == (1, True), told


def test_a_dropped_event_with_everything_hashed_anew_is_named(tampered: Callable[..., tuple[int, str]]) -> None:
    def change(events: Lines, _anchors: Lines, heads: dict[str, Any]) -> None:
        del events[2]
        rechain(events, heads)

    code, told = tampered(change)
    assert (code, "hashed anew" in told or "missing" in told) == (1, True), told


def test_events_of_one_stream_that_changed_places_are_named(tampered: Callable[..., tuple[int, str]]) -> None:
    def change(events: Lines, _anchors: Lines, _heads: dict[str, Any]) -> None:
        events[0], events[1] = events[1], events[0]

    code, told = tampered(change)
    assert (code, "CASE-1 version 2 (EV-2) comes after version 0" in told) == (1, True), told


def test_events_of_two_streams_that_changed_places_are_named(tampered: Callable[..., tuple[int, str]]) -> None:
    def change(events: Lines, _anchors: Lines, _heads: dict[str, Any]) -> None:
        events[1], events[2] = events[2], events[1]

    code, told = tampered(change)
    assert (code, "before anchor 1 are not in the order" in told) == (1, True), told


@pytest.mark.parametrize("place", [0, 4, 13])
def test_an_inserted_event_is_named(tampered: Callable[..., tuple[int, str]], place: int) -> None:
    def change(events: Lines, _anchors: Lines, heads: dict[str, Any]) -> None:
        events.insert(place, altered(events[0]))
        rechain(events, heads)

    code, told = tampered(change)
    assert code == (3 if place == 13 else 1), told
    assert ("UNSIGNED: the newest 1 events" in told) if place == 13 else ("hashed anew" in told), told


@pytest.mark.parametrize("left", [0, 6, 12])
def test_a_truncated_bundle_is_named(tampered: Callable[..., tuple[int, str]], left: int) -> None:
    def change(events: Lines, _anchors: Lines, heads: dict[str, Any]) -> None:
        del events[left:]
        rechain(events, heads)

    code, told = tampered(change)
    assert (code, f"here are {left}" in told) == (1, True), told


def test_a_line_cut_in_the_middle_is_named(tampered: Callable[..., tuple[int, str]]) -> None:
    def change(events: Lines, _anchors: Lines, _heads: dict[str, Any]) -> None:
        events[-1] = events[-1][:40]

    code, told = tampered(change)
    assert (code, "is not an event" in told) == (1, True), told


def test_events_hashed_anew_after_the_last_signed_head_are_called_unsigned(tampered: Callable[..., tuple[int, str]]) -> None:
    def change(events: Lines, _anchors: Lines, heads: dict[str, Any]) -> None:
        events[-1] = altered(events[-1])
        rechain(events, heads)

    code, told = tampered(change, sign_all=False)
    assert (code, "UNSIGNED: the newest 3 events" in told) == (3, True), told


def test_events_hashed_anew_under_a_signed_head_are_named(tampered: Callable[..., tuple[int, str]]) -> None:
    def change(events: Lines, _anchors: Lines, heads: dict[str, Any]) -> None:
        events[-1] = altered(events[-1])
        rechain(events, heads)

    code, told = tampered(change)
    assert (code, "CASE-3: anchor 3 signed version and hash" in told) == (1, True), told


def test_a_whole_stream_that_is_gone_is_named(tampered: Callable[..., tuple[int, str]]) -> None:
    def change(events: Lines, _anchors: Lines, heads: dict[str, Any]) -> None:
        events[:] = [line for line in events if record(line)["stream"] != "CASE-2"]
        del heads["CASE-2"]

    code, told = tampered(change)
    assert (code, "BROKEN" in told) == (1, True), told


@pytest.mark.parametrize(
    ("gone", "code", "words"), [(0, 1, "anchor 1 does not follow"), (1, 1, "anchor 2 does not follow"), (2, 3, "UNSIGNED: the newest 3")]
)
def test_an_anchor_that_is_gone_is_named(tampered: Callable[..., tuple[int, str]], gone: int, code: int, words: str) -> None:
    found, told = tampered(lambda _events, anchors, _heads: anchors.pop(gone))
    assert (found, words in told) == (code, True), told


def test_a_forged_signature_is_named(tampered: Callable[..., tuple[int, str]]) -> None:
    def change(_events: Lines, anchors: Lines, _heads: dict[str, Any]) -> None:
        other = json.loads(anchors[0])["signature"].encode()
        anchors[1] = anchors[1].replace(json.loads(anchors[1])["signature"].encode(), other)

    code, told = tampered(change)
    assert (code, "the signature of anchor 2 is forged" in told) == (1, True), told


@pytest.mark.parametrize("signature", ["0" * 128, "f" * 128, "z" * 128, "01" + "0" * 126])
def test_a_signature_that_is_no_signature_is_no_crash(tampered: Callable[..., tuple[int, str]], signature: str) -> None:
    def change(_events: Lines, anchors: Lines, _heads: dict[str, Any]) -> None:
        anchors[2] = anchors[2].replace(json.loads(anchors[2])["signature"].encode(), signature.encode())

    code, told = tampered(change)
    assert (code, "BROKEN" in told) == (1, True), told


def forged_anchors(anchors: Lines) -> str:
    """Sign all anchors anew with a key of the forger's; returns the public key."""
    thief, prev = signer_from(make_signing_key()), "0" * 64
    for at, line in enumerate(anchors):
        said = {**json.loads(line)["anchor"], "signer": thief.public_key, "successor": thief.public_key, "prev": prev}
        body = canonical_json(said)
        prev = sha256_hex(body)
        anchors[at] = b'{"anchor":%b,"public_key":"%b","signature":"%b"}\n' % (body, thief.public_key.encode(), thief.sign(body).encode())
    return thief.public_key


def test_a_swapped_key_is_found_by_who_knows_the_right_one(tampered: Callable[..., tuple[int, str]]) -> None:
    code, told = tampered(lambda _events, anchors, _heads: forged_anchors(anchors), "--key", SIGNER.public_key)
    assert (code, "no anchor is signed by the key you gave" in told) == (1, True), told


def test_a_key_swapped_in_the_middle_is_found_by_anybody(tampered: Callable[..., tuple[int, str]]) -> None:
    def change(_events: Lines, anchors: Lines, _heads: dict[str, Any]) -> None:
        forged = anchors[1:]
        forged_anchors(forged)
        anchors[1:] = forged

    code, told = tampered(change)
    assert (code, "anchor 2" in told) == (1, True), told


@pytest.mark.parametrize("what", ["anchor", "event"])
def test_a_second_value_under_the_same_name_does_not_stand_in_for_what_was_signed(
    tampered: Callable[..., tuple[int, str]], what: str
) -> None:
    def change(events: Lines, anchors: Lines, _heads: dict[str, Any]) -> None:
        lines = anchors if what == "anchor" else events
        other = canonical_json({**json.loads(lines[1])[what], "at": "another time"})
        lines[1] = lines[1].rstrip(b"}\n") + b',"%b":%b}\n' % (what.encode(), other)

    code, told = tampered(change)
    assert (code, "BROKEN" in told) == (1, True), told


def test_a_zip_holds_the_same_files(core: Any, tmp_path: Path) -> None:
    export(filled(core).database, tmp_path / "bundle.zip", signer=SIGNER, clock=core.clock)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path / "out")
    assert check(tmp_path / "out", "--key", SIGNER.public_key)[0] == 0
    export(core.database, tmp_path / "bundle")
    for file in (tmp_path / "bundle").iterdir():
        assert file.read_bytes() == (tmp_path / "out" / file.name).read_bytes()
    assert ((tmp_path / "bundle.zip").stat().st_mode & 0o077, (tmp_path / "bundle").stat().st_mode & 0o077) == (0, 0)


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_an_export_overwrites_nothing_and_leaves_nothing_half_done(core: Any, tmp_path: Path, name: str) -> None:
    filled(core)
    with pytest.raises(UnavailableError):
        export(core.database, tmp_path / "no" / "such" / name)
    export(core.database, tmp_path / name)
    with pytest.raises(ConflictError):
        export(core.database, tmp_path / name)
    before = sorted(tmp_path.rglob("*"))
    core.sql("DELETE FROM heads WHERE stream = 'CASE-2'")
    with pytest.raises(IntegrityError):
        export(core.database, tmp_path / f"second-{name}")
    assert sorted(tmp_path.rglob("*")) == before
