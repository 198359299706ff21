"""The text of one file: lines, positions, and how bytes become text."""

from __future__ import annotations

import re
from bisect import bisect_right
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from dataclasses import dataclass, field

from policylang.source.characters import scan
from policylang.source.diagnostic import Diagnostic, error
from policylang.source.span import Span

__all__ = ["Position", "SourceText", "Span", "decode"]  # spans belong to texts: one import gives both

_NEWLINE = re.compile(r"\r\n|\r|\n")
_HAN = re.compile("[\u4e00-\u9fff]")
_HIGH = re.compile("[^\x00-\x7f]")
_STRAY_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
# The longer marks come first: the mark of UTF-32 begins with that of UTF-16.
_OTHER_MARKS = (
    (BOM_UTF32_LE, "UTF-32", "utf-32"),
    (BOM_UTF32_BE, "UTF-32", "utf-32"),
    (BOM_UTF16_LE, "UTF-16", "utf-16"),
    (BOM_UTF16_BE, "UTF-16", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Position:
    """A place as people count it: line and column from 1, columns in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class SourceText:
    r"""The text of a file and where its lines start.

    Lines end with ``\n``, ``\r\n`` or ``\r``; after a final newline there is one more, empty line, and an
    empty text has one line.
    """

    name: str
    text: str
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = (0, *(match.end() for match in _NEWLINE.finditer(self.text)))
        object.__setattr__(self, "_starts", starts)

    @property
    def line_count(self) -> int:
        """How many lines there are, at least one."""
        return len(self._starts)

    def position(self, offset: int) -> Position:
        """The line and column of an offset; offsets outside the text count as its nearest end."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """The offset of a position, the inverse of ``position``; columns beyond a line are its newline.

        Raises:
            IndexError: There is no such line.
        """
        start, end = self._bounds(position.line)
        last = end if position.line == self.line_count else end - 1
        return min(max(start + position.column - 1, start), last)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its newline.

        Raises:
            IndexError: There is no such line.
        """
        start, end = self._bounds(number)
        return self.text[start:end].rstrip("\r\n")

    def utf16_column(self, offset: int) -> int:
        """The column of an offset in UTF-16 units from 0, as the Language Server Protocol counts."""
        column = self.position(offset).column - 1
        offset = min(max(offset, 0), len(self.text))
        return len(self.text[offset - column : offset].encode("utf-16-le", "surrogatepass")) // 2

    def slice(self, span: Span) -> str:
        """The text under a span."""
        return self.text[max(span.start, 0) : max(span.end, 0)]

    def _bounds(self, number: int) -> tuple[int, int]:
        """Where a line starts, and where the next one does."""
        if not 1 <= number <= len(self._starts):
            raise IndexError(f"{self.name} has no line {number}")
        return self._starts[number - 1], (*self._starts[number : number + 1], len(self.text))[0]


def decode(
    data: bytes, name: str, *, limit: int = 1_000_000
) -> tuple[SourceText | None, tuple[Diagnostic, ...]]:
    """The text of a UTF-8 file and what is wrong with its characters; no text if it cannot be read.

    A byte order mark is dropped. A few control characters in a text are errors with their places; a file that
    holds NUL, or more than one control byte in a hundred, is taken for a binary one. Never raises.

    Args:
        data: The bytes of the file.
        name: What to call the file in messages.
        limit: The most bytes a file may have.
    """
    if len(data) > limit:
        return None, (_too_large(len(data), limit),)
    for mark, title, codec in _OTHER_MARKS:
        if data.startswith(mark) and _decoded(data, codec) is not None:
            return None, (_wrong_encoding(f"{title} ", title, codec),)
    data = data.removeprefix(BOM_UTF8)
    if b"\0" in data or len(_STRAY_CONTROL.findall(data)) * 100 > max(len(data), 200):
        return None, (_binary(),)
    text = _decoded(data, "utf-8")
    if text is None:
        return None, (_not_utf8(data),)
    if not text.strip():
        return None, (_empty(),)
    return SourceText(name, text), scan(text)


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _not_utf8(data: bytes) -> Diagnostic:
    """Tells GB18030 from UTF-8 with broken places, and both from bytes that are no text."""
    patched = data.decode("utf-8", "replace")
    if len(_HAN.findall(patched)) > patched.count("\ufffd"):
        line = SourceText("", patched).position(patched.index("\ufffd")).line
        return error(
            "binary-file",
            None,
            f"文件第 {line} 行有不属于 UTF-8 的字节，无法读出文字",
            f"line {line} of this file has bytes that are not UTF-8 text",
            help_zh="文件可能在保存或传输时损坏；请改正这一行后另存为 UTF-8",
            help_en="the file may have been damaged when saved or sent; mend that line and save as UTF-8",
        )
    text = _decoded(data, "gb18030") or ""
    if len(_HAN.findall(text)) * 2 > len(_HIGH.findall(text)):
        return _wrong_encoding("GB18030（GBK）", "GB18030 (GBK)", "gb18030")
    return _binary()


def _empty() -> Diagnostic:
    return error(
        "empty-file",
        None,
        "文件是空的",
        "this file is empty",
        help_zh="请写入办法的条文和规则，或检查文件是否选错",
        help_en="write the text and rules of the measure, or check that this is the file you meant",
    )


def _too_large(size: int, limit: int) -> Diagnostic:
    return error(
        "file-too-large",
        None,
        f"文件有 {size:,} 字节，超过上限 {limit:,} 字节",
        f"this file has {size:,} bytes, more than the limit of {limit:,} bytes",
        help_zh="请检查文件是否选错，或把它拆成几个文件",
        help_en="check that this is the file you meant, or split it into several files",
    )


def _binary() -> Diagnostic:
    return error(
        "binary-file",
        None,
        "文件不是纯文本",
        "this file is not plain text",
        help_zh="如果它是 Word 或 PDF 文件，请把文字复制出来，另存为 UTF-8 纯文本",
        help_en="if it is a Word or PDF file, copy its text out and save it as plain UTF-8 text",
    )


def _wrong_encoding(title: str, title_en: str, codec: str) -> Diagnostic:
    return error(
        "wrong-encoding",
        None,
        f"本文件是 {title}编码，请另存为 UTF-8",
        f"this file is encoded in {title_en}; save it as UTF-8",
        help_zh=f"可以运行 policylang fmt --from-encoding {codec} 文件",
        help_en=f"you can run: policylang fmt --from-encoding {codec} FILE",
    )
