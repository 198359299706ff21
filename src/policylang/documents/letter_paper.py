"""The Word template of letters that comes with policylang, as text: its styles, then its paragraphs with their placeholders.

An office saves it as a file (``policylang letter --templates``) and edits that in Word. The layout follows GB/T 9704-2012;
where it is simpler, docs/letters.md says so.
"""

from __future__ import annotations

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from policylang.documents.word import (
    BLACK,
    BODY,
    RED,
    ROUND,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    TITLE,
    Look,
    bordered,
    official,
    saved,
    shaped,
)

_CENTER, _LEFT, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT

_STYLES = {
    "印记": Look(BLACK, SIZE_3, after=10, align=_CENTER, color=RED),
    "发文机关标志": Look(TITLE, Pt(32), before=50, after=36, align=_CENTER, line=None, color=RED),
    "发文字号": Look(align=_CENTER),
    "Title": Look(TITLE, SIZE_2, before=40, after=28, align=_CENTER, line=Pt(35)),
    "主送机关": Look(align=_LEFT),
    "公文正文": Look(first=2),
    "Heading 1": Look(BLACK, first=2, keep=True),
    "Heading 2": Look(ROUND, first=2),
    "附件说明": Look(left=2, align=_LEFT),
    "署名": Look(right=4, align=_RIGHT, keep=True),
    "成文日期": Look(right=4, align=_RIGHT, keep=True),
    "附注": Look(left=2, align=_LEFT),
    "版记": Look(BODY, SIZE_4, left=1, right=1, before=28, align=_LEFT),
}  # fmt: skip

_TEXT = (
    ("Normal", "{%p for 印记 in 各印记 %}"),
    ("印记", "{{ 印记 }}"),
    ("Normal", "{%p endfor %}"),
    ("发文机关标志", "{{ 发文机关 }}"),
    ("发文字号", "{{ 发文字号 }}"),
    ("Title", "{{ 标题 }}"),
    ("主送机关", "{{ 收文单位 }}："),
    ("公文正文", "{{ 引言 }}"),
    ("Normal", "{%p for 部分 in 各部分 %}"),
    ("Heading 1", "{{ 部分.序号 }}、{{ 部分.标题 }}"),
    ("Normal", "{%p for 段 in 部分.各段 %}"),
    ("Normal", "{%p if 段.层次 == 1 %}"),
    ("Heading 2", "{{ 段.编号 }}{{ 段.文字 }}"),
    ("Normal", "{%p else %}"),
    ("公文正文", "{{ 段.编号 }}{{ 段.文字 }}"),
    ("Normal", "{%p endif %}"),
    ("Normal", "{%p endfor %}"),
    ("Normal", "{%p endfor %}"),
    ("公文正文", "{{ 结语 }}"),
    ("Normal", "{%p for 件 in 附件 %}"),
    ("附件说明", "{% if loop.first %}附件：{% else %}　　　{% endif %}{% if 附件|length > 1 %}{{ loop.index }}．{% endif %}{{ 件 }}"),
    ("Normal", "{%p endfor %}"),
    ("署名", ""),
    ("署名", "{{ 发文机关 }}"),
    ("署名", "{{ 签发人职务 }}　{{ 签发人 }}"),
    ("成文日期", "{{ 日期 }}"),
    ("附注", "（联系人：{{ 联系人 }}，联系电话：{{ 联系电话 }}）"),
    ("Normal", "{%p if 抄送 %}"),
    ("版记", "抄送：{{ 抄送 }}。"),
    ("Normal", "{%p endif %}"),
)  # fmt: skip


def letter_paper() -> bytes:
    """The template: the same bytes each time."""
    document = official()
    for name, look in _STYLES.items():
        style = shaped(document, name, look)
        if name == "印记":
            bordered(style, dict.fromkeys(("top", "left", "bottom", "right"), (12, "E00000")))
        elif name == "发文字号":
            bordered(style, {"bottom": (16, "E00000")})
        elif name == "版记":
            bordered(style, {"top": (8, "000000"), "bottom": (8, "000000")})
    for style_name, text in _TEXT:
        document.add_paragraph(text, style_name)
    return saved(document)
