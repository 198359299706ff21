"""``policylang fmt``: lay policy files out, in place or only to look."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Literal

import click

from policylang.cli.actions import FAILURE, FINDINGS, OK, fail, say, show
from policylang.source.diagnostic import has_errors
from policylang.source.text import SourceText, decode
from policylang.syntax.formatter import FormatError, format_policy
from policylang.syntax.parser import parse
from policylang.workspace import WorkspaceError, files_under, read_bytes, write_text

if TYPE_CHECKING:
    from policylang.cli.language import Lang


def format_files(
    paths: tuple[str, ...], to: str | None, *, only_check: bool, diff: bool, encoding: str | None, lang: Lang
) -> int:
    """Format every file; with ``only_check`` or ``diff`` nothing is written."""
    code = OK
    changed = 0
    try:
        files = files_under(paths, (".pol",))
        for path in files:
            try:
                changed += _file(path, to, only_check=only_check, diff=diff, encoding=encoding, lang=lang)
            except FormatError:
                say(
                    f"{path}：整理后的文本读回来与原文不同，没有改写。请反馈给维护者。"
                    if lang == "zh"
                    else f"{path}: the formatted text does not read back the same; nothing was written. Please report the file."
                )
                code = FAILURE
            except _FaultyError:
                code = max(code, FINDINGS)
    except WorkspaceError as fault:
        return fail(fault, lang)
    if paths != ("-",):
        verb = (
            ("需要整理" if only_check or diff else "已整理")
            if lang == "zh"
            else ("would change" if only_check or diff else "formatted")
        )
        say(f"{len(files)}个文件，{changed}个{verb}" if lang == "zh" else f"{len(files)} files, {changed} {verb}")
    return FINDINGS if code == OK and changed and only_check else code


class _FaultyError(Exception):
    """The file has mistakes, which have been shown."""


def _file(path: str, to: str | None, *, only_check: bool, diff: bool, encoding: str | None, lang: Lang) -> bool:
    data = read_bytes(path)
    if encoding is not None:
        try:
            data = data.decode(encoding).encode()
        except (LookupError, UnicodeDecodeError):
            raise WorkspaceError(f"“{path}”不是 {encoding} 编码", f"{path} is not encoded in {encoding}") from None
    name = "<stdin>" if path == "-" else path
    source, faults = decode(data, name)
    parsed = parse(source) if source is not None else None
    found = (*faults, *(parsed.diagnostics if parsed else ()))
    if source is None or parsed is None or has_errors(found):
        show(found, source or SourceText(name, ""), lang)
        raise _FaultyError
    keywords: Literal["zh", "en"] = "en" if to == "en" or (to is None and _is_english(source)) else "zh"
    text = format_policy(parsed, source, keywords)
    differs = text != source.text or encoding is not None
    if diff:
        lines = difflib.unified_diff(source.text.splitlines(), text.splitlines(), name, name, lineterm="")
        for line in lines:
            click.echo(line)
    elif path == "-" and not only_check:
        click.echo(text, nl=False)
    elif only_check:
        if differs:
            click.echo(name)
    elif differs:
        write_text(path, text)
    return differs


def _is_english(source: SourceText) -> bool:
    """A file keeps its language: that of its first keyword."""
    return source.text.lstrip("\ufeff \t\n").startswith("policy")
