"""YAML as far as facts need it: plain keys, lists and texts, from the events of the parser.

Nothing is constructed, resolved or expanded: no anchors, aliases, tags, merge keys or second documents. Texts
stay texts, so that none of YAML's own ideas about ``no``, ``010``, ``1:30`` or ``2024-02-30`` applies.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import yaml

from policylang.facts.builder import TreeBuilder, UnreadableError, not_plain
from policylang.facts.nodes import Node, Scalar, quote
from policylang.source.diagnostic import Diagnostic, Fix, error
from policylang.source.span import Span
from policylang.source.text import Position

if TYPE_CHECKING:
    from policylang.source.text import SourceText

_WORD = re.compile(r"\S+|")
#: A line that begins with a name and a full-width colon, where YAML sees one long text.
_WIDE_COLON = re.compile(r"[ -]*[^\s:：#'\"{\[-][^\s:：]*(：)")

_ESCAPE = (
    "反斜杠后面的写法不对", "this is no escape after a backslash",
    "反斜杠写作 \\\\，或者改用单引号", "write the backslash twice, or use single quotes",
)  # fmt: skip
_CHARACTER = (
    "这里有 YAML 不允许的控制字符", "there is a control character here that YAML does not allow",
    "请删去这个字符", "delete this character",
)  # fmt: skip
#: The parser's words, the place they are about, and ours.
_FAULTS = (
    (
        "cannot start any token", "problem",
        "文字不能以这个字符开头", "a text cannot begin with this character",
        "请把整个文字用英文引号括起", "put the whole text between straight quotation marks",
    ),
    (
        "mapping values are not allowed", "problem",
        "这里不应当再有冒号", "there should be no further colon here",
        "一行只写一个“名称: 值”，下级内容多缩进两个空格；值里有冒号时，用英文引号把值括起",
        "write one “name: value” a line and indent what belongs under it; quote a value that holds a colon",
    ),
    (
        "could not find expected ':'", "context",
        "这一行缺少冒号", "this line has no colon",
        "写作“名称: 值”，冒号为半角，后面留一个空格", "write “name: value”, with an ASCII colon and a blank",
    ),
    (
        "found unexpected end of stream", "context",
        "引号没有配对", "this quotation mark is not closed",
        "在文字末尾补上同样的引号", "close the text with the same mark",
    ),
    ("found unknown escape character", "problem", *_ESCAPE),
    (
        "but got '<stream end>'", "context",
        "括号没有配对", "this bracket is not closed",
        "补上右括号 ] 或者 }", "add the closing ] or }",
    ),
    (
        "expected ',' or", "problem",
        "括号里的各项之间缺少逗号", "a comma is missing between the items in brackets",
        "各项之间写半角逗号", "put an ASCII comma between the items",
    ),
    (
        "expected <block end>", "problem",
        "这里与上面各行对不齐，或者引号后面还有文字",
        "this does not line up with the lines above, or follows a closing quotation mark",
        "同一级的各行左边对齐，下级内容多缩进两个空格；引号应当括住整个值",
        "align the lines of one level, indent what belongs under one, and quote whole values only",
    ),
)  # fmt: skip
_OTHER = (
    "", "problem",
    "这里不符合 YAML 的写法", "this is not written as YAML is",
    "请检查这一行和上一行的缩进、冒号、引号和括号",
    "check the indent, colons, quotation marks and brackets of this line and the one above",
)  # fmt: skip


def parse_yaml(source: SourceText) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The tree of a YAML text and what is wrong with it; no tree where it cannot be read. Never raises."""
    reader = _Reader(source)
    found = reader.builder.diagnostics
    try:
        for event in yaml.parse(source.text, Loader=yaml.SafeLoader):
            reader.event(event)
    except UnreadableError as stop:
        return None, (*found, stop.diagnostic)
    except yaml.MarkedYAMLError as fault:
        return None, (*found, _explained(source, fault))
    except yaml.reader.ReaderError as fault:
        at = fault.position
        return None, (*found, _broken(Span(at, at + 1), *_CHARACTER))
    except (ValueError, OverflowError):  # the parser trips over an escape beyond the last character there is
        return None, (*found, _broken(Span(reader.last, reader.last + 1), *_ESCAPE))
    root = reader.builder.root
    if isinstance(root, Scalar) and root.span is not None and not root.quoted:
        wide = _wide_colon(source, source.position(root.span.start).line)
        if wide is not None:
            return None, (*found, wide)
    return root or Scalar(""), tuple(found)


class _Mark(Protocol):
    """A place, as the parser tells it."""

    index: int


class _Reader:
    """Hands the events of the parser to the builder, and refuses what is not plain."""

    def __init__(self, source: SourceText) -> None:
        self.builder = TreeBuilder()
        self.last = 0
        self._text = source.text
        self._documents = 0

    def event(self, event: yaml.Event) -> None:
        """Take one event in the order of the text."""
        start, end = _index(event.start_mark), _index(event.end_mark)
        self.last = end
        self._check(event, start)
        match event:
            case yaml.AliasEvent():
                self.builder.scalar(Scalar("", span=Span(start, end)))
            case yaml.ScalarEvent():
                written = self._text[start:end].rstrip()
                quoted = event.style is not None
                self.builder.scalar(Scalar(event.value, quoted, Span(start, start + len(written))))
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.builder.open(start, mapping=isinstance(event, yaml.MappingStartEvent))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.builder.close(end if end > start else None)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise UnreadableError(
                        not_plain(Span(start, end), "文件里有第二份文档", "there is a second document in this file")
                    )
            case _:  # the beginning and the end of the stream, the end of a document
                pass

    def _check(self, event: yaml.Event, start: int) -> None:
        """Anchors, aliases and tags stand before what they belong to."""
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is None and tag is None:
            return
        match = _WORD.match(self._text, start)
        word = match.group() if match else ""
        span = Span(start, start + len(word))
        if isinstance(event, yaml.AliasEvent):
            zh, en = "引用", "a reference"
        elif anchor is not None:
            zh, en = "锚点", "an anchor"
        else:
            zh, en = "类型标签", "a tag"
        self.builder.report(not_plain(span, f"使用了{zh}“{quote(word)}”", f"there is {en} “{quote(word)}”"))


def _index(mark: _Mark | None, otherwise: int = 0) -> int:
    return otherwise if mark is None else mark.index


def _explained(source: SourceText, fault: yaml.MarkedYAMLError) -> Diagnostic:
    """The parser's complaint in a clerk's words, at the place to mend."""
    problem = _index(fault.problem_mark)
    context = _index(fault.context_mark, problem)
    line = source.position(problem).line
    for number in (line, line - 1):
        wide = _wide_colon(source, number)
        if wide is not None:
            return wide
    if source.text[problem : problem + 1] == "\t":
        return _broken(
            Span(problem, problem + 1), "这里用了制表符（Tab）", "there is a tab here",
            "缩进和间隔一律用空格", "indent and separate with blanks only",
        )  # fmt: skip
    row = next(row for row in (*_FAULTS, _OTHER) if row[0] in (fault.problem or ""))
    at = context if row[1] == "context" else problem
    length = len(_rest_of_line(source, at)) if row[0] == "could not find expected ':'" else 1
    return _broken(Span(at, at + length), *row[2:])


def _rest_of_line(source: SourceText, offset: int) -> str:
    place = source.position(offset)
    return source.line(place.line)[place.column - 1 :].rstrip()


def _wide_colon(source: SourceText, number: int) -> Diagnostic | None:
    """The fault of a line whose first colon is a full-width one."""
    match = _WIDE_COLON.match(source.line(number)) if number else None
    if match is None:
        return None
    start = source.offset(Position(number, match.start(1) + 1))
    span = Span(start, start + 1)
    spaced = source.text[start + 1 : start + 2].isspace()
    return error(
        "broken-yaml",
        span,
        "名称后面用了全角冒号“：”，不能分开名称和值",
        "the full-width colon “：” does not separate a name from its value",
        help_zh="改用半角冒号“:”，后面留一个空格",
        help_en="use an ASCII colon “:” with a blank after it",
        fix=Fix(span, ":" if spaced else ": "),
    )


def _broken(span: Span, zh: str, en: str, help_zh: str, help_en: str) -> Diagnostic:
    return error("broken-yaml", span, zh, en, help_zh=help_zh, help_en=help_en)
