"""Word documents in the layout of Chinese official documents (GB/T 9704-2012): page, fonts, styles, page numbers.

Only python-docx is spoken here. Fonts are named as offices have them; where one is missing, Word and WPS take the
substitute that the font table names.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from policylang.documents.escape import printable

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

    from policylang.documents.outline import Outline, Point

TITLE, BODY, BLACK, ROUND = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
_SUBSTITUTES = {TITLE: "宋体", BODY: "仿宋", BLACK: "SimHei", ROUND: "楷体"}
_LATIN = "Times New Roman"
RED = RGBColor(0xE0, 0x00, 0x00)

#: Sizes of type by their Chinese names, in points: 2号, 3号, 4号.
SIZE_2, SIZE_3, SIZE_4 = Pt(22), Pt(16), Pt(14)
_LINE = Pt(28)
_DEEPEST = 5
_STYLE_FONTS = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


class Look(NamedTuple):
    """How a paragraph style looks: font and size, indents in characters of its size, spacing in points."""

    font: str = BODY
    size: Pt = SIZE_3
    first: int = 0
    left: int = 0
    right: int = 0
    before: int = 0
    after: int = 0
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    line: Pt | None = _LINE
    bold: bool = False
    keep: bool = False
    color: RGBColor | None = None


def official() -> Document:
    """An empty document: A4 with the margins of the standard, body in 3号仿宋 on 28-point lines, — 1 — below."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(37), Mm(28)
    section.bottom_margin, section.right_margin = Mm(35), Mm(26)
    section.footer_distance = Mm(24)
    shaped(document, "Normal", Look())
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:eastAsia"), "zh-CN")
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align, blank in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right"), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left")
    ):  # fmt: skip
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        _indent(paragraph.style, paragraph._p.get_or_add_pPr(), **{blank: 1})
        _page_number(paragraph)
    _substitutes(document)
    _without_thumbnail(document)
    properties = document.core_properties
    properties.author = properties.comments = properties.title = ""
    properties.created = properties.modified = datetime(2000, 1, 1, tzinfo=UTC)
    return document


def shaped(document: Document, name: str, look: Look) -> ParagraphStyle:
    """The paragraph style of this name, made where it does not exist, with this look."""
    styles = document.styles
    style: ParagraphStyle
    if name in [s.name for s in styles]:
        style = styles[name]
    else:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
    lettered(style, look.font, look.size)
    style.font.bold, style.font.italic = look.bold, False
    style.font.color.rgb = look.color or RGBColor(0, 0, 0)
    form = style.paragraph_format
    form.alignment = look.align
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    if look.line is None:
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    else:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, look.line
    form.keep_with_next = look.keep
    form.widow_control = False
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(border)
    _indent(style, style.element.get_or_add_pPr(), first=look.first, left=look.left, right=look.right)
    return style


def lettered(style: ParagraphStyle, font: str, size: Pt) -> None:
    """Give a style its Chinese font, and Times New Roman for figures and Latin letters."""
    style.font.name, style.font.size = _LATIN, size
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in _STYLE_FONTS:
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:cs"), _LATIN)
    fonts.set(qn("w:hint"), "eastAsia")  # quotation marks in the Chinese font


def _indent(style: object, properties: object, *, first: int = 0, left: int = 0, right: int = 0) -> None:
    """Indents counted in characters, as the standard counts them; also in twentieths of a point for other readers."""
    size = getattr(getattr(style, "font", None), "size", None) or SIZE_3
    indent = properties.get_or_add_ind()  # type: ignore[attr-defined]
    for name, count in (("firstLine", first), ("left", left), ("right", right)):
        indent.set(qn(f"w:{name}"), str(int(size.pt * 20) * count))
        indent.set(qn(f"w:{name}Chars"), str(count * 100))
    indent.attrib.pop(qn("w:hanging"), None)


def _page_number(paragraph: Paragraph) -> None:
    """— 1 — in 4号 type, as a field."""
    for text, field in (("— ", None), (None, "PAGE"), (" —", None)):
        run = paragraph.add_run(text or "")
        run.font.size, run.font.name = SIZE_4, "宋体"
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
        for kind in ("begin", "instruction", "end") if field else ():
            element = OxmlElement("w:instrText" if kind == "instruction" else "w:fldChar")
            if kind == "instruction":
                element.text = field
            else:
                element.set(qn("w:fldCharType"), kind)
            run._r.append(element)


def bordered(style: ParagraphStyle, sides: dict[str, tuple[int, str]]) -> None:
    """Lines on sides of a paragraph style: width in eighths of a point, and colour (RRGGBB)."""
    borders = OxmlElement("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        if side in sides:
            width, color = sides[side]
            line = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", str(width)), ("space", "4"), ("color", color)):
                line.set(qn(f"w:{name}"), value)
            borders.append(line)
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct",
        "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing",
        "w:mirrorIndents", "w:jc", "w:outlineLvl",
    )  # fmt: skip


def _substitutes(document: Document) -> None:
    """The font table: what to take where a font of the standard is not installed."""
    part = next(p for p in document.part.package.parts if str(p.partname) == "/word/fontTable.xml")
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _SUBSTITUTES.items()
    )
    text = part.blob.decode("utf-8")
    part._blob = text.replace("</w:fonts>", f"{fonts}</w:fonts>").encode()


def _without_thumbnail(document: Document) -> None:
    """The picture of another document that python-docx starts from is left out."""
    relations = document.part.package.rels
    for name in [name for name, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[name]


def saved(document: Document) -> bytes:
    """The file of a document: the same document is the same bytes, whenever it is saved."""
    written = io.BytesIO()
    document.save(written)
    steady = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return steady.getvalue()


def explanation(outline: Outline, lang: str) -> bytes:
    """An outline as a Word document with headings and lists that Word knows as such."""
    document = official()
    document.core_properties.title = printable(outline.title)
    document.core_properties.language = "zh-CN" if lang == "zh" else "en"
    shaped(document, "Title", Look(TITLE, SIZE_2, after=14, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(34)))
    shaped(document, "Heading 1", Look(BLACK, SIZE_4, before=12, after=2, line=Pt(24), keep=True, align=WD_ALIGN_PARAGRAPH.LEFT))
    for depth in range(1, _DEEPEST + 1):
        _list_style(document, depth)
    document.add_paragraph(printable(outline.title), "Title")
    shaped(document, "题下", Look(size=SIZE_4, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(24)))
    for line in outline.preamble:
        document.add_paragraph(printable(line), "题下")
    shaped(document, "公文正文", Look(size=SIZE_4, first=2, before=6, line=Pt(24)))
    for line in outline.lead:
        document.add_paragraph(printable(line), "公文正文")
    for section in outline.sections:
        document.add_paragraph(printable(section.heading), "Heading 1")
        _points(document, section.points, 1)
    return saved(document)


def _list_style(document: Document, depth: int) -> None:
    """List Bullet, List Bullet 2, …: a step further to the right for each level."""
    name = _bullet(depth)
    numbering = document.styles["List Bullet"].element.pPr.numPr
    style = shaped(document, name, Look(size=Pt(12), line=Pt(20), align=WD_ALIGN_PARAGRAPH.LEFT))
    if style.element.pPr.numPr is None:
        style.element.pPr._insert_numPr(numbering.__copy__())
    form = style.paragraph_format
    indent = style.element.pPr.get_or_add_ind()
    for attribute in list(indent.attrib):
        del indent.attrib[attribute]
    form.left_indent, form.first_line_indent = Pt(20 * depth), Pt(-16)


def _bullet(depth: int) -> str:
    return "List Bullet" if depth == 1 else f"List Bullet {depth}"


def _points(document: Document, points: tuple[Point, ...], depth: int) -> None:
    for point in points:
        document.add_paragraph(printable(point.text), _bullet(min(depth, _DEEPEST)))
        _points(document, point.points, depth + 1)
