"""A folder of contracts: each file is read, its vendor told from the paper, and it is imported once; what cannot be is named with its mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from graphs.contract_import import Imported, ReadContract, read_contract_file
from graphs.interaction.vendor import vendor_id_of
from memory.domain.base import sha256_hex
from memory.domain.errors import ConflictError, InputError, QuartermasterError
from memory.domain.merchants import merchant_of
from memory.domain.words import one_line
from memory.views.charge_vendors import VendorMarks

#: What a contract comes as; other files of a folder are left alone, and named.
_FORMATS = frozenset({".pdf", ".txt", ".md", ".html", ".htm", ".docx", ".eml"})
_MOST_FILES = 2000
#: Parties are named where a contract begins and where it is signed.
_HEAD, _TAIL = 6000, 3000
_SHORTEST_NAME = 4
_LEGAL = (
    r"GmbH(?: & Co\. KG)?|AG|UG(?: \(haftungsbeschränkt\))?|KG|SE|e\.K\.|Inc\.?|LLC|L\.L\.C\.|Ltd\.?|Limited|PLC|Corp(?:oration|\.)?|"
    r"B\.V\.|N\.V\.|S\.?A\.?S\.?|S\.?A\.?R\.?L\.?|S\.à r\.l\.|S\.r\.l\.|S\.p\.A\.|A/S|ApS|AB|Oy|OÜ|Pty Ltd|PBC"
)
_PARTY = re.compile(rf"((?:[A-ZÄÖÜ0-9][\w&.\-'ÄÖÜäöüß]*\s+){{1,5}}?(?:{_LEGAL}))(?=[\s,;.)(\"“„]|$)")
_SELLER = re.compile(
    r"vendor|provider|supplier|licensor|contractor|company|anbieter|auftragnehmer|dienstleister|lizenzgeber|verkäufer|vermieter",
    re.IGNORECASE,
)
_BUYER = re.compile(r"customer|client|buyer|licensee|purchaser|kunde|auftraggeber|lizenznehmer|käufer|mieter", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:[\w.+-]+@|https?://(?:www\.)?)((?:[a-z0-9-]+\.)+[a-z]{2,})", re.IGNORECASE)


class FileStand(StrEnum):
    """What becomes of a file."""

    NEW = "new"
    KNOWN = "known already"
    TWIN = "the same as another file"
    VENDOR_OPEN = "vendor not known"
    FAILED = "not imported"


@dataclass(frozen=True)
class FolderFile:
    """One file: what becomes of it, whose contract it is and on what that rests, or what is wrong and the mend."""

    path: str
    stand: FileStand
    contract: str = ""
    vendor_id: str = ""
    vendor_name: str = ""
    why: str = ""
    mend: str = ""
    imported: Imported | None = None


ImportOne = Callable[[ReadContract, FolderFile], Imported]
"""Imports a contract that was read; enters its vendor first where that is new."""


def files_of(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the contracts of a folder and those below it, and the files that are none. Raises `InputError`."""
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder", hint="give the folder that holds the contracts")
    found = sorted(path for path in folder.rglob("*") if _plain_file(path, folder))
    if len(found) > _MOST_FILES:
        raise InputError(f"{folder} holds {len(found):,} files; at most {_MOST_FILES:,} are read", hint="give a folder of contracts only")
    contracts = [path for path in found if path.suffix.lower() in _FORMATS]
    return contracts, [path for path in found if path.suffix.lower() not in _FORMATS]


def import_folder(
    folder: Path,
    *,
    body_of: Callable[[Path], bytes],
    known: Mapping[str, str],
    vendors: VendorMarks,
    names: Mapping[str, str],
    own_names: Collection[str],
    given: Mapping[str, str],
    import_one: ImportOne | None,
    create_vendors: bool = False,
) -> Iterator[FolderFile]:
    """Yield what became of each file, one after the other; without `import_one` what would become of it, and nothing is written.

    `known` are the digests of contracts imported before, each with its vendor; `given` is the vendor the operator named, by file name.
    A file that fails leaves nothing behind and the others go on.
    """
    contracts, _ = files_of(folder)
    seen: dict[str, str] = {}
    for path in contracts:
        shown = str(path.relative_to(folder))
        try:
            body = body_of(path)
            digest = sha256_hex(body)
            if digest in known or digest in seen:
                yield _seen_before(shown, digest, known, seen)
                continue
            read = read_contract_file(body, filename=path.name)
            found = _whose(
                FolderFile(shown, FileStand.NEW, digest), read.text, vendors, names, own_names, given, create_vendors=create_vendors
            )
            if found.stand is FileStand.NEW and import_one is not None:
                found = replace(found, imported=import_one(read, found))
            seen[digest] = shown
        except ConflictError as error:
            found = FolderFile(shown, FileStand.KNOWN, why=error.message)
        except QuartermasterError as error:
            found = FolderFile(shown, FileStand.FAILED, why=error.message, mend=error.hint)
        yield found


def vendor_in(text: str, filename: str, vendors: VendorMarks) -> tuple[tuple[str, ...], str]:
    """Return the known vendors that a contract can be with, the likeliest first, and on what the first rests in words.

    One that is the only one named, or that the file's own name tells, comes alone.
    """
    said = " ".join(_words(f"{text[:_HEAD]} {text[-_TAIL:]}"))
    title = " ".join(_words(filename))
    counts: dict[str, int] = {}
    for name, vendor_id in vendors.by_name.items():
        if len(name) >= _SHORTEST_NAME:
            counts[vendor_id] = counts.get(vendor_id, 0) + len(re.findall(rf"\b{re.escape(name)}\b", said))
    named = [v for name, v in vendors.by_name.items() if len(name) >= _SHORTEST_NAME and re.search(rf"\b{re.escape(name)}\b", title)]
    addressed = {vendors.by_name[key] for key in _address_keys(text) if key in vendors.by_name}
    likely = sorted((v for v, count in counts.items() if count), key=lambda v: (v not in addressed, -counts[v], v))
    if len(set(named)) == 1 and (not likely or named[0] in likely):
        return (named[0],), "the file's name" if named[0] not in likely else "its name in the paper and in the file's name"
    if len(likely) > 1 and counts[likely[0]] >= 2 * counts[likely[1]]:
        likely = likely[:1]
    if likely:
        return tuple(likely), "its address in the paper" if likely[0] in addressed else "its name in the paper"
    return tuple(sorted(addressed)), "its address in the paper"


def party_in(text: str, own_names: Collection[str]) -> str:
    """Return the name of the other party where the paper tells it: a company's full name that is not ours, the seller's first; else ''."""
    own = {merchant_of(name).key for name in own_names if name.strip()}
    found: list[tuple[int, int, str]] = []
    for match in _PARTY.finditer(text[:_HEAD]):
        name = one_line(match[1], 140)
        if merchant_of(name).key in own:
            continue
        around = text[match.end() : match.end() + 160]
        seller, buyer = _SELLER.search(around), _BUYER.search(around)
        if buyer and (not seller or buyer.start() < seller.start()):
            continue
        found.append((0 if seller else 1, match.start(), name))
    return min(found)[2] if found else ""


def _whose(
    file: FolderFile,
    text: str,
    vendors: VendorMarks,
    names: Mapping[str, str],
    own_names: Collection[str],
    given: Mapping[str, str],
    *,
    create_vendors: bool,
) -> FolderFile:
    """Return the file with its vendor, or as open with what would settle it."""
    told = given.get(file.path) or given.get(Path(file.path).name)
    if told:
        return replace(file, vendor_id=told, vendor_name=names.get(told, told), why="you named the vendor")
    likely, why = vendor_in(text, Path(file.path).name, vendors)
    if len(likely) == 1:
        return replace(file, vendor_id=likely[0], vendor_name=names.get(likely[0], likely[0]), why=why)
    say = f'--vendor "{file.path}=VENDOR"'
    if likely:
        these = ", ".join(likely[:4])
        return replace(file, stand=FileStand.VENDOR_OPEN, why=f"it names several of your vendors: {these}", mend=f"say which: {say}")
    name = party_in(text, own_names)
    if not name:
        return replace(file, stand=FileStand.VENDOR_OPEN, why="no party is told that could be the vendor", mend=f"name it: {say}")
    proposed = vendor_id_of(merchant_of(name).name)
    if create_vendors:
        return replace(file, vendor_id=proposed, vendor_name=name, why="a new vendor, by its name in the paper")
    mend = f"enter it with --create-vendors, or name another: {say}"
    return replace(
        file, stand=FileStand.VENDOR_OPEN, vendor_id=proposed, vendor_name=name, why=f"{name} is not a vendor of yours yet", mend=mend
    )


def _seen_before(shown: str, digest: str, known: Mapping[str, str], seen: Mapping[str, str]) -> FolderFile:
    if digest in known:
        return FolderFile(shown, FileStand.KNOWN, digest, vendor_id=known[digest], why="these very bytes were imported before")
    return FolderFile(shown, FileStand.TWIN, digest, why=f"these are the very bytes of {seen[digest]}")


def _plain_file(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith((".", "~")) for part in path.relative_to(folder).parts)
    return not hidden and path.is_file() and not path.is_symlink()


def _words(text: str) -> Iterable[str]:
    return (
        re.sub(r"[^a-z0-9äöüß]+", " ", text.casefold().replace("_", " ")).replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").split()
    )


def _address_keys(text: str) -> list[str]:
    return [merchant_of(found).key for found in dict.fromkeys(_ADDRESS.findall(f"{text[:_HEAD]} {text[-_TAIL:]}".casefold()))]
