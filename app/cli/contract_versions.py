"""Which two versions of a contract are meant on the command line: files, stored contracts, or a vendor's earlier one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.frame import opened
from app.cli.options import file_body, piped_body
from app.cli.output import jsonable
from memory.domain.errors import InputError, NotFoundError

if TYPE_CHECKING:
    import typer

    from agents.contract_reading.comparison import PassageChange, Version
    from app.bootstrap import Office
    from graphs.contract_import import ReadContract
    from memory.views.cases import ContractPaper

_DIGEST = re.compile(r"[0-9a-fA-F]{1,64}")


def read_paper(file: Path) -> ReadContract:
    """Return a contract as read from a file, or from what is piped in (`-`); nothing is written."""
    from graphs.contract_import import read_contract_file

    if str(file) == "-":
        return read_contract_file(piped_body("contract"), filename="pasted text")
    return read_contract_file(file_body(file, "contract"), filename=file.name)


def two_versions(ctx: typer.Context, old: str, new: str, vendor: str) -> tuple[tuple[str, Version], tuple[str, Version]]:
    """Return the two versions with their names, the older first; two files need no home.

    Raises `InputError` when it is not clear what is held against what, `NotFoundError` for what is not there.
    """
    if vendor and new:
        raise InputError("--vendor stands for the old version, and two were given", hint="leave out --vendor, or give one file")
    for name in filter(None, (old, new)):
        if not Path(name).is_file() and not _DIGEST.fullmatch(name):
            raise NotFoundError(f"there is no file {name}", hint="check the path, or give the start of a stored contract's digest")
    if new and Path(old).is_file() and Path(new).is_file():
        return _version(None, old), _version(None, new)
    if not new and not vendor and Path(old).is_file():
        raise InputError(f"{old} is held against nothing", hint="give a second file, or --vendor ID for the contract stored for it")
    with opened(ctx) as office:
        return _versions(office, old, new, vendor)


def _versions(office: Office, old: str, new: str, vendor: str) -> tuple[tuple[str, Version], tuple[str, Version]]:
    """Return the two versions with their names, the older first."""
    if new:
        return _version(office, old), _version(office, new)
    if vendor:
        return _of_paper(office, _latest(office, vendor)), _version(office, old)
    paper = stored_contract(office, old)
    return _of_paper(office, _before(office, paper)), _of_paper(office, paper)


def _version(office: Office | None, name: str) -> tuple[str, Version]:
    from agents.contract_reading.comparison import Version

    if Path(name).is_file():
        read = read_paper(Path(name))
        return read.filename, Version(text=read.text, review=read.review)
    assert office is not None
    return _of_paper(office, stored_contract(office, name))


def _of_paper(office: Office, paper: ContractPaper) -> tuple[str, Version]:
    from agents.contract_reading.comparison import Version

    return f"{paper.vendor_name} {paper.review.contract[:12]}", Version(text=office.evidence.text(paper.review.text), review=paper.review)


def stored_contract(office: Office, digest: str) -> ContractPaper:
    """Return the one contract whose digest begins so. Raises `NotFoundError` when there is none, or more than one."""
    from memory.views.contracts import contract_list

    found = [c for c in contract_list(office.database) if c.review.contract.startswith(digest.lower())]
    if len(found) != 1:
        problem = f"{len(found)} contracts start with" if found else "there is no contract"
        raise NotFoundError(f"{problem} {digest}", hint="qm contracts show lists them")
    return found[0]


def _latest(office: Office, vendor: str) -> ContractPaper:
    from memory.views.contracts import contract_list

    found = [c for c in contract_list(office.database) if c.vendor_id == vendor]
    if not found:
        raise NotFoundError(
            f"no contract with {vendor} is stored", hint="qm contracts show lists them; qm contracts import FILE takes one over"
        )
    return found[0]


def _before(office: Office, paper: ContractPaper) -> ContractPaper:
    """Return the contract with the same vendor that came before."""
    from memory.views.contracts import contract_list

    of_vendor = [c for c in contract_list(office.database) if c.vendor_id == paper.vendor_id]
    digests = [c.review.contract for c in of_vendor]
    earlier = of_vendor[digests.index(paper.review.contract) + 1 :]
    if not earlier:
        raise NotFoundError(
            f"no earlier contract with {paper.vendor_name} is stored", hint="qm contracts compare OLD NEW takes two files, too"
        )
    return earlier[0]


def change_in_words(change: PassageChange, old: str, new: str) -> dict[str, object]:
    """Return a change with its words: programs need no second look at the texts."""
    was, becomes = (text[place.start : place.end] if place else None for place, text in ((change.old, old), (change.new, new)))
    words = [
        {**jsonable(word), "was": old[word.old.start : word.old.end], "becomes": new[word.new.start : word.new.end]}
        for word in change.words
    ]
    return {**jsonable(change), "was": was, "becomes": becomes, "words": words}
