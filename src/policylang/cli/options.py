"""What the options of several commands share, and the language of their help texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from policylang.cli.language import language

if TYPE_CHECKING:
    from collections.abc import Callable


def t(zh: str, en: str) -> str:
    """A help text in the language of the locale."""
    return zh if language(None) == "zh" else en


def example(command: str) -> str:
    """An example, as a help text ends with one."""
    return t(f"例：  {command}", f"Example:  {command}")


def with_lang(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option for the language of the output."""
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default=None,
        help=t("输出语言，默认随系统，否则中文", "output language"),
    )(command)


def deciding(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands that decide one station."""
    for option in (
        click.option("--calendar", metavar="FILE", help=t("单位自加的工作日安排", "an office's working days (YAML)")),
        click.option(
            "--reading",
            "readings",
            multiple=True,
            metavar="ID=OPTION",
            help=t("选用的读法，可多次", "choose a reading"),
        ),
        click.option(
            "--year", type=click.IntRange(1900, 9999), help=t("考核年度，默认为时点所在年度", "assessment year")
        ),
        click.option(
            "--as-of", metavar="YYYY-MM-DD", help=t("时点，默认取事实文件所写，否则今天", "day of the question")
        ),
    ):
        command = option(command)
    return with_lang(command)
