"""Templates from outside, filled in behind three fences: what a template may say, a sandbox, and a bound on what it makes.

A template puts in placeholders, repeats and chooses; nothing else. It calls nothing, imports nothing, reads no file. All that
is put in is escaped for its form.
"""

from __future__ import annotations

import io
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from policylang.documents.escape import markdown_escaped, printable, put
from policylang.documents.word import saved
from policylang.source.characters import visible
from policylang.source.diagnostic import Message, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policylang.documents.outline import Form

#: What a template may be made of, and how what it may not be is called.
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.For, nodes.If,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.Filter, nodes.CondExpr, nodes.Concat,
)  # fmt: skip
_FILTERS = frozenset({"length", "count", "join", "first", "last", "default", "d", "trim"})
_TESTS = frozenset({"defined", "undefined", "none", "odd", "even", "eq", "equalto", "ne", "gt", "ge", "lt", "le"})
_NAMES: dict[type[nodes.Node], tuple[str, str]] = {
    nodes.Call: ("调用函数", "call a function"), nodes.Include: ("引入别的文件", "include a file"),
    nodes.Import: ("引入别的文件", "import a file"), nodes.FromImport: ("引入别的文件", "import a file"),
    nodes.Extends: ("引入别的文件", "extend a file"), nodes.Macro: ("定义宏", "define a macro"),
}  # fmt: skip
_DEEPEST_LOOP = 3

#: A template, unpacked, and what it makes may have so many characters (bytes).
MOST = 20_000_000
_STRAY = "text outside of a run"
_NOT_A_DOCX = ("不是 Word 文档（.docx）", "is not a Word document (.docx)")


class TemplateFault(Exception):  # noqa: N818 - what is at fault is the template
    """A template that cannot be filled in; ``message`` names it and says what to do."""

    def __init__(self, name: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(f"模板“{visible(name)}”{zh}", f"the template {visible(name)} {en}")


class _RefusedError(SecurityError):
    """What a template wants and may not do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class _Bounded(Template):
    """A template that stops when it has made too much."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """The text, within the bound.

        Raises:
            OverflowError: when the text is longer.
        """
        made: list[str] = []
        length = 0
        for piece in self.generate(*args, **kwargs):
            length += len(piece)
            if length > MOST:
                raise OverflowError
            made.append(piece)
        return "".join(made)


class _Fenced(ImmutableSandboxedEnvironment):
    """Compiles only what a template may say; has no functions."""

    template_class = _Bounded

    def __init__(self, finalize: Callable[[object], object], *, autoescape: bool) -> None:
        super().__init__(
            autoescape=autoescape, undefined=StrictUndefined, finalize=finalize, trim_blocks=True, lstrip_blocks=True,
            keep_trailing_newline=True,
        )  # fmt: skip
        self.globals.clear()

    def compile(self, source: str | nodes.Template, *args: Any, **kwargs: Any) -> Any:
        tree = self._parse(source, None, None) if isinstance(source, str) else source
        _check(tree, 0)
        return super().compile(tree, *args, **kwargs)


def _check(node: nodes.Node, loops: int) -> None:
    """Refuse what a template may not say.

    Raises:
        _RefusedError: with the words for it.
    """
    refused: tuple[str, str] | None = None
    match node:
        case nodes.Filter(name=name) if name not in _FILTERS:
            refused = f"用“{name}”这个过滤器", f"use the filter {name}"
        case nodes.Test(name=name) if name not in _TESTS:
            refused = f"用“{name}”这种判断", f"use the test {name}"
        case nodes.Getattr(attr=str(name)) | nodes.Getitem(arg=nodes.Const(value=str(name))) if name.startswith("_"):
            refused = f"用“{name}”", f"use {name}"
        case nodes.For():
            loops += 1
            if node.recursive or loops > _DEEPEST_LOOP or not isinstance(node.iter, (nodes.Name, nodes.Getattr, nodes.Getitem)):
                refused = f"这样循环（只能逐项列出一个占位符，最多套{_DEEPEST_LOOP}层）", "loop like this"
        case _:
            if not isinstance(node, _ALLOWED):
                name = type(node).__name__
                refused = _NAMES.get(type(node), (f"这样写（{name}）", f"say this ({name})"))
    if refused is not None:
        raise _RefusedError(*refused)
    for inner in node.iter_child_nodes():
        _check(inner, loops)


def fill_text(template: str, form: Form, context: Mapping[str, object], name: str) -> bytes:
    """The letter from a template for Markdown or HTML, as UTF-8; ``name`` is the template's for messages.

    Raises:
        TemplateFault: when the template is refused, broken, or wants what is not there.
    """
    finalize = _in_html if form == "html" else _in_markdown
    with _faults_of(name, context):
        return _Fenced(finalize, autoescape=form == "html").from_string(template).render(context).encode("utf-8")


def _text(value: object) -> object:
    """What a placeholder may put in: a text or a number; lists and whatever else Python has are refused.

    Raises:
        _RefusedError: for those.
    """
    if isinstance(value, (str, int, Undefined)):
        return value
    raise _RefusedError("把不是文字的内容填进去（清单要用 for 逐项列出）", "put in what is no text (go through a list with for)")


def _in_html(value: object) -> object:
    return put(_text(value))


def _in_markdown(value: object) -> object:
    return markdown_escaped(printable(value)) if isinstance(value, str) else _text(value)


def fill_word(template: bytes, context: Mapping[str, object], name: str) -> bytes:
    """The letter from a Word template.

    Raises:
        TemplateFault: when the template is no Word document, refused, broken, or wants what is not there.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile:
        raise TemplateFault(name, *_NOT_A_DOCX) from None
    if size > MOST:
        raise TemplateFault(name, "太大", "is too large")
    with _faults_of(name, context):
        document = _Word(io.BytesIO(template))
        document.render(dict(context), _Fenced(_in_word, autoescape=True))
        document.docx.core_properties.title = printable(str(context["标题"]))
        return saved(document.docx)


def _in_word(value: object) -> object:
    """A text for the XML of Word; its underscores are written so that ``{_{`` is not taken for a mark of docxtpl."""
    if type(value) is not str:
        return _text(value)
    return Markup(str(escape(printable(value))).replace("_", "&#95;"))  # noqa: S704 - escaped


class _Word(DocxTemplate):  # type: ignore[misc]
    """docxtpl, but a text that Word could not open after filling in is a fault, and not mended silently."""

    def fix_tables(self, xml: str) -> Any:
        for element in parse_xml(xml).iter(*(qn(f"w:{name}") for name in ("body", "p", "r", "tbl", "tr", "tc"))):
            if any(text.strip() for text in element.xpath("text()")):
                raise ValueError(_STRAY)
        return super().fix_tables(xml)

    def render_properties(self, context: dict[str, Any], jinja_env: Any = None) -> None:
        """The properties of the file stay as they are in the template."""


@contextmanager
def _faults_of(name: str, context: Mapping[str, object]) -> Iterator[None]:
    """Whatever is wrong with the template is said in words of the office.

    Raises:
        TemplateFault: for it.
    """
    try:
        yield
    except SecurityError as fault:
        zh, en = (fault.zh, fault.en) if isinstance(fault, _RefusedError) else ("用程序内部的东西", "reach into the program")
        raise TemplateFault(
            name, f"想{zh}，模板里不允许。模板只能填占位符（{{{{ … }}}}）、逐项列出（for）和按条件取舍（if）",
            f"wants to {en}, which is not allowed: a template only fills in placeholders, repeats (for) and chooses (if)",
        ) from None  # fmt: skip
    except UndefinedError as fault:
        raise TemplateFault(name, *_unknown(fault, context)) from None
    except TemplateSyntaxError as fault:
        in_word = name.endswith(".docx")
        where = f"第{fault.lineno - 1 if in_word else fault.lineno}{'段' if in_word else '行'}附近" if fault.lineno > 1 else ""
        raise TemplateFault(
            name, f"{where}写得不完整：核对 {{{{ 和 }}}}、{{% 和 %}} 是否成对，每个 for 有 endfor，每个 if 有 endif",
            f"is not complete (near line {fault.lineno}): {fault.message}",
        ) from None  # fmt: skip
    except OverflowError:
        raise TemplateFault(name, "填出来的内容太长", "makes too long a text") from None
    except (SyntaxError, KeyError, ValueError, AttributeError, TypeError, zipfile.BadZipFile) as fault:
        raise TemplateFault(
            name, f"不能用（{type(fault).__name__}）：不是完好的 Word 文档，或者标记跨了段落、占位符用得不对",
            f"cannot be used ({type(fault).__name__}): no sound Word document, or tags across paragraphs",
        ) from None  # fmt: skip


def _unknown(fault: UndefinedError, context: Mapping[str, object]) -> tuple[str, str]:
    """Which placeholder there is not, and which is meant."""
    message = str(fault.message)
    quoted = message.split("'")[1::2]  # 'x' is undefined; 'dict object' has no attribute 'x'
    wanted = quoted[-1] if quoted else message
    names = [*context, *_inner(context)]
    close = did_you_mean(wanted, names)
    hint = (f"是否应为“{close}”？", f"; did you mean {close}?") if close else ("", "")
    return (
        f"用了不存在的占位符“{visible(wanted)}”。{hint[0]}可用的占位符见 docs/letters.md",
        f"uses the unknown placeholder {visible(wanted)}{hint[1]}; see docs/letters.md",
    )


def _inner(context: Mapping[str, object]) -> Iterator[str]:
    """The names of the parts of listed items."""
    for value in context.values():
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict):
                yield from item
                yield from _inner(item)
