"""Hostile documents are read in a process of their own, with a limit on its time and memory: what breaks there breaks nothing here.

The parsers of pages and pictures are large programs in C++ that read what strangers wrote. The process gets the bytes and no environment,
writes no file, and is ended when it takes too long. It costs about a fifth of a second, so plain small files are read without it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any, NoReturn

from memory.domain.errors import InputError, UnavailableError

_MOST_ANSWER = 64_000_000
_PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from tools.lookups.document_apart import main; main()"
_OUT_OF_TIME = -24  # SIGXCPU


@dataclass(frozen=True)
class Limits:
    """What a reader may take: seconds of work, seconds by the clock on a busy machine, bytes of memory."""

    work_s: int = 30
    clock_s: int = 120
    memory: int = 900_000_000


def ask_apart(question: dict[str, Any], body: bytes, limits: Limits | None = None) -> bytes:
    """Return what the process answers to a question about the bytes.

    Raises `InputError` when the document cannot be read, or not within the limits; `UnavailableError` when no process can be started.
    """
    limits = limits or Limits()
    head = json.dumps({**question, "work_s": limits.work_s, "memory": limits.memory}).encode() + b"\n"
    command = [sys.executable, "-I", "-c", _PROGRAM, json.dumps([path for path in sys.path if path])]
    environment = None if sys.platform == "win32" else {"PYTHONUTF8": "1"}
    try:
        process = subprocess.Popen(  # noqa: S603  our own command
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
    except OSError as error:
        raise UnavailableError(
            "no process could be started to read the document", hint="try again when the machine is less busy"
        ) from error
    answer, ended = _talk(process, head + body, limits.clock_s)
    if ended.is_set() or process.returncode == _OUT_OF_TIME:
        raise InputError(
            f"reading the document takes more than {limits.work_s} s of work", hint="print it to a new PDF, or ask for a simpler one"
        )
    if process.returncode != 0 or not answer or len(answer) > _MOST_ANSWER:
        raise InputError(
            "the document breaks its reader, or needs more memory than a document does",
            hint="do not trust it; print it to a new PDF, or ask for it in another form",
        )
    return _answered(answer)


def _talk(process: subprocess.Popen[bytes], said: bytes, seconds: float) -> tuple[bytes, threading.Event]:
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    def say() -> None:
        assert process.stdin is not None
        with contextlib.suppress(OSError), process.stdin:
            process.stdin.write(said)

    clock, mouth = threading.Timer(seconds, stop), threading.Thread(target=say, daemon=True)
    clock.start()
    mouth.start()
    try:
        assert process.stdout is not None
        with process.stdout:
            answer = process.stdout.read(_MOST_ANSWER + 1)
        if len(answer) > _MOST_ANSWER:
            process.kill()
        process.wait()
    finally:
        clock.cancel()
        process.kill()
        process.wait()
        mouth.join()
    return answer, late


def _answered(answer: bytes) -> bytes:
    sign, _, rest = answer.partition(b"\n")
    if sign == b"ok":
        return rest
    told = json.loads(rest)
    raise InputError(str(told["message"]), hint=str(told["hint"]))


def main() -> NoReturn:
    """Answer one question from standard input on standard output, within the limits that it names."""
    question = json.loads(sys.stdin.buffer.readline())
    _limit(int(question["work_s"]), int(question["memory"]))
    body = sys.stdin.buffer.read()
    try:
        answer = b"ok\n" + _answer(question, body)
    except InputError as error:
        answer = b"no\n" + json.dumps({"message": error.message, "hint": error.hint}).encode()
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    sys.exit(0)


def _answer(question: dict[str, Any], body: bytes) -> bytes:
    if question["do"] == "picture":
        from tools.lookups.pdf_pictures import PagePicture, page_picture

        picture: PagePicture = page_picture(body, int(question["page"]), words=str(question["words"]), near=float(question["near"]))
        return picture.packed()
    from tools.lookups.documents import read_here

    document = read_here(body, str(question["filename"]), question["media_type"])
    return document.model_dump_json().encode()


def _limit(work_s: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows: the clock alone limits there
        return
    # A second of grace between the limit's signal and the end tells time from other deaths.
    limits = (
        (resource.RLIMIT_CPU, work_s, 1),
        (resource.RLIMIT_AS, memory, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    )
    for kind, most, grace in limits:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most + grace))
