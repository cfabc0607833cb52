"""What only Chroma can get wrong: files, processes, threads, other embeddings, damage, and the network."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings

from memory.domain.errors import ConflictError, IntegrityError, UnavailableError
from memory.domain.note import EventRef, Note, NoteKind
from memory.recall.chroma import ChromaRecall
from memory.recall.connections import open_folder, release
from memory.recall.embeddings.minilm import MiniLmEmbedding

ROOT = Path(__file__).parents[2]
EMBEDDING = MiniLmEmbedding()


class LetterCount:
    """Another embedding: how often each letter occurs."""

    name = "letter-count"

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.array([[1 + text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def note(key: str, text: str = "Notice of termination is thirty days.") -> Note:
    source = EventRef(event_id="evt-1", origin="vendor_mail")
    return Note(id=key, kind=NoteKind.CLAUSE, text=text, at=datetime(2026, 11, 22, tzinfo=UTC), source=source)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "memory"


@pytest.fixture
def recall(folder: Path) -> Iterator[ChromaRecall]:
    store = ChromaRecall.local(folder, EMBEDDING)
    yield store
    store.close()


def elsewhere(script: str, *arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    prelude = """
import sys
from pathlib import Path
from memory.domain.note import Note
from memory.recall.chroma import ChromaRecall
from memory.recall.embeddings.minilm import MiniLmEmbedding
recall = ChromaRecall.local(Path(sys.argv[1]), MiniLmEmbedding())
"""
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", prelude + script, *map(str, arguments)]
    return subprocess.run(command, check=True, cwd=ROOT, timeout=120, capture_output=True, text=True, **options)


def test_notes_survive_closing_and_closing_twice_is_harmless(recall: ChromaRecall, folder: Path) -> None:
    recall.remember([note("n-1")])
    recall.close()
    recall.close()
    assert recall.count() == 1
    recall.close()
    reopened = ChromaRecall.local(folder, EMBEDDING)
    assert reopened.search("ending the contract")[0].note == note("n-1")
    reopened.close()


def test_what_another_process_wrote_is_found_without_reopening(recall: ChromaRecall, folder: Path) -> None:
    recall.remember([note(f"mine-{i}") for i in range(3)])
    assert len(recall.search("notice")) == 3
    elsewhere("recall.remember([Note.model_validate_json(sys.argv[2])]); recall.close()", folder, note("theirs").model_dump_json())
    assert {hint.note.id for hint in recall.search("notice")} == {"mine-0", "mine-1", "mine-2", "theirs"}
    recall.remember([note("mine-3")])
    told = elsewhere("print(sorted(hint.note.id for hint in recall.search('notice', limit=9))); recall.close()", folder)
    assert told.stdout.strip() == str(["mine-0", "mine-1", "mine-2", "mine-3", "theirs"])


def test_processes_that_write_at_the_same_time_lose_nothing(recall: ChromaRecall, folder: Path) -> None:
    script = """
for number in range(20):
    recall.remember([Note.model_validate_json(sys.argv[2]).model_copy(update={"id": f"{sys.argv[3]}-{number}"})])
recall.close()
"""
    workers = [threading.Thread(target=elsewhere, args=(script, folder, note("x").model_dump_json(), name)) for name in ("a", "b")]
    for worker in workers:
        worker.start()
    recall.remember([note("c-0")])
    for worker in workers:
        worker.join()
    expected = {f"{name}-{number}" for name in ("a", "b") for number in range(20)} | {"c-0"}
    assert {hint.note.id for hint in recall.search("notice", limit=100)} == expected


def test_threads_share_one_recall(recall: ChromaRecall) -> None:
    def work(name: str) -> None:
        for number in range(10):
            recall.remember([note(f"{name}-{number}")])
            recall.search("notice")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recall.count() == 40


def test_another_embedding_is_refused_until_the_memory_is_rebuilt(recall: ChromaRecall, folder: Path) -> None:
    recall.remember([note("n-1")])
    recall.close()
    switched = ChromaRecall.local(folder, LetterCount())
    for use in (lambda: switched.search("notice"), lambda: switched.remember([note("n-2")])):
        with pytest.raises(ConflictError, match=r"all-minilm.*'letter-count'") as caught:
            use()
        assert "qm memory rebuild" in caught.value.hint
    assert switched.count() == 1
    switched.rebuild([note("n-1"), note("n-2")])
    assert {hint.note.id for hint in switched.search("notice")} == {"n-1", "n-2"}
    switched.close()
    with pytest.raises(ConflictError):
        recall.search("notice")
    recall.forget_all()
    recall.remember([note("n-3")])
    assert recall.count() == 1


def test_a_rebuild_killed_midway_is_invisible_and_the_next_goes_on_with_it(recall: ChromaRecall, folder: Path) -> None:
    recall.remember([note("old")])
    script = """
import os
def notes():
    yield from (Note.model_validate_json(sys.argv[2]).model_copy(update={"id": f"half-{number}"}) for number in range(250))
    os._exit(9)
recall.rebuild(notes())
"""
    with pytest.raises(subprocess.CalledProcessError) as killed:
        elsewhere(script, folder, note("x").model_dump_json())
    assert killed.value.returncode == 9
    assert [hint.note.id for hint in recall.search("notice", limit=9)] == ["old"]
    recall.rebuild([note("half-7"), note("new")])
    assert {hint.note.id for hint in recall.search("notice", limit=9)} == {"half-7", "new"}
    recall.close()
    client = open_folder(folder)
    assert [(listed.name, listed.count()) for listed in client.list_collections()] == [("quartermaster-notes-2", 2)]
    release(client)


def test_a_stored_note_that_was_changed_is_not_returned(recall: ChromaRecall, folder: Path) -> None:
    recall.remember([note("n-1")])
    recall.close()
    with closing(sqlite3.connect(folder / "quartermaster-notes-1.words.sqlite3")) as words, words:
        words.execute("UPDATE notes SET body = replace(body, 'thirty', 'no')")
    with pytest.raises(IntegrityError, match="not what was stored") as caught:
        recall.search("notice")
    assert "qm memory rebuild" in caught.value.hint


class Counting:
    """MiniLM, which tells what it was asked to embed."""

    name = EMBEDDING.name

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return EMBEDDING.embed(texts)


def test_a_text_is_embedded_once_whatever_note_it_stands_in(folder: Path) -> None:
    counting = Counting()
    recall = ChromaRecall.local(folder, counting)
    recall.remember([note("n-1"), note("n-2"), note("n-3", "The fee is due.")])
    recall.remember([note("n-4"), note("n-1").model_copy(update={"superseded_at": datetime(2026, 12, 1, tzinfo=UTC)})])
    assert sorted(counting.asked) == ["Notice of termination is thirty days.", "The fee is due."]
    assert {hint.note.id for hint in recall.search("notice")} == {"n-2", "n-3", "n-4"}
    recall.close()


def test_words_that_were_lost_are_filled_again_from_the_vectors(recall: ChromaRecall, folder: Path) -> None:
    recall.remember([note(f"n-{number}") for number in range(5)])
    recall.close()
    for path in folder.glob("*.words.sqlite3*"):
        path.unlink()
    assert len(recall.search("notice")) == 5


def test_collections_of_others_are_left_alone(recall: ChromaRecall, folder: Path) -> None:
    client = open_folder(folder)
    client.create_collection("quartermaster-notes-of-somebody", embedding_function=None)
    release(client)
    recall.remember([note("n-1")])
    recall.rebuild([])
    recall.forget_all()
    client = open_folder(folder)
    assert [listed.name for listed in client.list_collections()] == ["quartermaster-notes-of-somebody"]
    release(client)


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "memory").write_text("not a folder")
    with pytest.raises(UnavailableError, match="memory"):
        ChromaRecall.local(tmp_path / "memory", EMBEDDING).count()


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(UnavailableError, match=r"no Chroma server answers at http://127\.0\.0\.1:9/"):
        ChromaRecall.server("127.0.0.1", 9, EMBEDDING).count()


def test_nothing_touches_the_network_and_no_model_is_fetched(tmp_path: Path) -> None:
    script = """
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        print("NETWORK", event, arguments, flush=True)
        raise OSError("the network is off")
sys.addaudithook(watch)
recall.remember([Note.model_validate_json(sys.argv[2])])
recall.rebuild([Note.model_validate_json(sys.argv[2])])
print(recall.search("how do we get out of it")[0].note.id)
recall.close()
"""
    home = tmp_path / "home"
    home.mkdir()
    told = elsewhere(script, tmp_path / "memory", note("n-1").model_dump_json(), env={"HOME": str(home), "PATH": ""})
    assert told.stdout.split() == ["n-1"]
    assert list(home.rglob("*")) == [], "Chroma fetched a model, or onnxruntime prepared a report to its maker"


def test_an_environment_file_nearby_does_not_steer_chroma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("ANONYMIZED_TELEMETRY=true\nIS_PERSISTENT=false\nALLOW_RESET=true\n")
    monkeypatch.chdir(tmp_path)
    assert Settings().allow_reset, "Chroma no longer reads .env: drop this test"
    client = open_folder(tmp_path / "memory")
    assert not client.get_settings().allow_reset
    assert not client.get_settings().anonymized_telemetry
    release(client)


def test_the_installed_chroma_is_the_one_these_tests_know() -> None:
    assert chromadb.__version__.startswith("1.5.")
