"""The language of the output, and streams that can carry it."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import Literal

Lang = Literal["zh", "en"]


def language(asked: Lang | None) -> Lang:
    """The language asked for; else that of the locale; else Chinese."""
    if asked is not None:
        return asked
    locale = next((os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), "")
    return "en" if locale.lower().startswith("en") else "zh"


def colored() -> bool:
    """Whether messages may be coloured: a terminal, and no NO_COLOR."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def prepare_streams() -> None:
    """Write UTF-8 wherever output goes; a Windows console in another code page shows what it can."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
