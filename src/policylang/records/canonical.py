"""One form of a JSON document for all: the canonical bytes of RFC 8785, and the SHA-256 over them."""

from __future__ import annotations

import hashlib
from typing import Any

#: Beyond this a whole number is not the same to every reader of JSON; RFC 8785 refuses it.
_LARGEST = 2**53 - 1


def exact(value: Any) -> Any:
    """The document with whole numbers beyond ±(2^53−1) as texts of digits, as sums with fen are."""
    match value:
        case bool():
            return value
        case int() if abs(value) > _LARGEST:
            return str(value)
        case dict():
            return {key: exact(inner) for key, inner in value.items()}
        case list() | tuple():
            return [exact(inner) for inner in value]
        case _:
            return value


def canonical_bytes(value: Any) -> bytes:
    """The canonical form by RFC 8785: UTF-8 on one line, keys sorted, no blanks.

    Raises:
        ValueError: when the document has no such form (a number beyond 2^53, half a surrogate pair).
    """
    import rfc8785  # noqa: PLC0415 - only who keeps or checks records needs it

    return rfc8785.dumps(value)


def digest(value: Any) -> str:
    """The SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def own_digest(record: dict[str, Any]) -> str:
    """The SHA-256 of a record without its own ``sha256``, in hex."""
    return digest({key: value for key, value in record.items() if key != "sha256"})


def sealed(record: dict[str, Any]) -> dict[str, Any]:
    """The record with its ``sha256``, over everything else in it."""
    return {**record, "sha256": own_digest(record)}
