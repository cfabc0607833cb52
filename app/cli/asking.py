"""Questions to the person at the terminal. Without a terminal nobody is asked: the command says which option it needs."""

from __future__ import annotations

import sys

from memory.domain.errors import AnswerNeededError


def at_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str, *, option: str, default: str = "") -> str:
    """Return the answer to a question. Raises `AnswerNeededError` naming `option` when nobody can be asked."""
    if not at_terminal():
        raise AnswerNeededError(f"{question}? Nobody is at a terminal to answer", hint=f"give {option}")
    print(f"{question}{f' [{default}]' if default else ''}: ", end="", file=sys.stderr, flush=True)
    return _line() or default


def ask_secret(question: str, *, option: str) -> str:
    """Return an answer that is not shown while it is typed. Raises `AnswerNeededError` without a terminal."""
    if not at_terminal():
        raise AnswerNeededError(f"{question}? Nobody is at a terminal to answer", hint=option)
    from getpass import getpass

    return getpass(f"{question}: ")


def _line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise AnswerNeededError("the input ended before the question was answered", hint="answer it, or give the options")
    return line.strip()
