"""Whether reading a PDF is work that its size bounds: then it is read here, else in a process of its own with limits."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator

_LARGEST = 2_000_000
_UNPACKED = 1_500_000
_MOST_STREAMS = 3000
_STREAM = re.compile(rb"stream\r?\n")
#: Forms can call forms, so that ten lines paint a million words; the others unpack in ways that are not measured here.
_HEAVY = (b"/Form", b"/Type3", b"/LZW", b"/RunLength", b"/JBIG2", b"/JPX", b"/Encrypt", b"/XFA")
#: A name written with escapes may be any of these.
_ESCAPED = re.compile(rb"/[A-Za-z0-9]*#[0-9A-Fa-f]{2}")


def is_light(body: bytes) -> bool:
    """Whether a PDF is small, unpacks to little, and can call nothing twice."""
    if len(body) > _LARGEST or any(name in body for name in _HEAVY) or _ESCAPED.search(body):
        return False
    left = _UNPACKED
    for stream in _streams(body):
        left -= len(_unpacked(stream, left + 1))
        if left < 0:
            return False
    return True


def _streams(body: bytes) -> Iterator[bytes]:
    found = list(_STREAM.finditer(body))
    if len(found) > _MOST_STREAMS:
        yield b" " * (_UNPACKED + 1)
        return
    for start in found:
        end = body.find(b"endstream", start.end())
        yield body[start.end() : end if end >= 0 else len(body)]


def _unpacked(stream: bytes, most: int) -> bytes:
    for packed in (stream, _from_letters(stream)):
        try:
            once = zlib.decompressobj().decompress(packed, most)
        except zlib.error:
            continue
        # Packed twice is packed to hide.
        return once if not once.startswith((b"\x78\x9c", b"\x78\x01", b"\x78\xda")) else b" " * most
    return stream[:most]


def _from_letters(stream: bytes) -> bytes:
    try:
        return base64.a85decode(stream.partition(b"~>")[0].removeprefix(b"<~"))
    except (ValueError, binascii.Error):
        return b""
