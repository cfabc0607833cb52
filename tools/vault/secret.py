"""A credential in memory that does not let itself be printed, formatted, pickled or serialised by accident."""

from __future__ import annotations

import hmac
from typing import Any, NoReturn

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_SHOWN = "Secret(****)"


class Secret:
    """Bytes that only `reveal()` or `text()` gives up. Comparison takes constant time; hashing is refused.

    `str`, `format`, pickling, copying into JSON and pydantic dumps raise `TypeError`; `repr` shows stars, so that a
    traceback with local variables stays clean.
    """

    __slots__ = ("__value",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: bytes | str) -> None:
        self.__value = value.encode() if isinstance(value, str) else bytes(value)

    def reveal(self) -> bytes:
        """Return the bytes. Call it where they are used, and keep no copy."""
        return self.__value

    def text(self) -> str:
        """Return the secret as text, for a login or a passphrase."""
        return self.__value.decode()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__value, other.reveal())

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __repr__(self) -> str:
        return _SHOWN

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("a secret is not printed, formatted or serialised; call reveal() where it is used")

    __str__ = _refuse
    __format__ = _refuse
    __reduce__ = _refuse
    __reduce_ex__ = _refuse
    __getstate__ = _refuse
    __iter__ = _refuse

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let settings models hold a secret; dumping one raises."""
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls(value),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda secret: secret._refuse()),  # noqa: SLF001
        )
