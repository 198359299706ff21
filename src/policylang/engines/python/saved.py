"""A generated function as the source of a module: whoever imports it waits for no policy to be read and compiled."""

from __future__ import annotations

import inspect
import re
from functools import lru_cache
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from policylang.plan.meaning import Never
from policylang.plan.nodes import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policylang.engines.python.texts import Names

_NAME = re.compile(r"\b[a-z_][a-z_0-9]*\b")


def saved(source: str, names: Names, others: Iterable[Callable[..., object]] = ()) -> str:
    """A module with the functions of the source, which was made with the names, and with other functions.

    It needs nothing but Python's own library.
    """
    used = sorted(set(_NAME.findall(source)) & names.space.keys(), key=lambda name: (len(name), name))
    written = _Written()
    lines = []
    for name in used:
        value = names.space[name]
        if not hasattr(value, "__name__"):
            lines.append(f"{name} = {written.value(value)}")
        elif f"def {name}(" not in source:
            own = written.needed(value)
            lines += [] if own == name else [f"{name} = {own}"]
    for other in others:
        written.needed(other)
    return "\n".join(["from __future__ import annotations\n", *written.imports, *written.parts, "", *lines, "", source])


class _Written:
    """The functions, classes and numbers that a module needs, each written before what uses it."""

    def __init__(self) -> None:
        self.imports: list[str] = []
        self.parts: list[str] = []
        self._names: set[str] = set()

    def value(self, value: Any) -> str:
        """A constant."""
        match value:
            case Table():
                self.needed(Table)
                return repr(value)
            case Never():
                return f"{self.needed(Never)}({value.word!r})"
            case frozenset():
                return f"frozenset(({''.join(f'{self.value(each)}, ' for each in sorted(value))}))"
            case tuple():
                return f"({''.join(f'{self.value(each)}, ' for each in value)})"
            case _:
                return repr(value)

    def needed(self, own: Any) -> str:
        """The name of a function or class, which is written or imported if it is not yet."""
        name: str = own.__name__
        if name in self._names:
            return name
        self._names.add(name)
        if not own.__module__.startswith("policylang."):
            self.imports.append(f"from {own.__module__} import {name}")
            return name
        for base in getattr(own, "__orig_bases__", ()):
            self.needed(base)
        plain = inspect.unwrap(own)
        if plain is not own:
            self.needed(lru_cache)
        for called in _called(plain.__code__) if isinstance(plain, FunctionType) else ():
            found = plain.__globals__.get(called)
            if isinstance(found, (int, tuple)) and called not in self._names:
                self._names.add(called)
                self.parts.append(f"{called} = {found!r}")
            elif callable(found) and getattr(found, "__name__", None) == called:
                self.needed(found)
        self.parts.append("\n\n" + inspect.getsource(own))
        return name


def _called(code: CodeType) -> list[str]:
    inner = (name for const in code.co_consts if isinstance(const, CodeType) for name in _called(const))
    return [*code.co_names, *inner]
