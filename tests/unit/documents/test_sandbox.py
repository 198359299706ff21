"""Templates of others: what they may not do, what is wrong with them, and that names come out as they went in."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylang.documents import sandbox
from policylang.documents.letter_paper import letter_paper
from policylang.documents.sandbox import TemplateFault, fill_text, fill_word
from policylang.documents.shipped import TEMPLATES, shipped
from unit.documents.letters import HEAD, example, paragraphs, placeholders
from unit.documents.test_outline import unescaped, words_of_html

CONTEXT = {"标题": "题目", "件": ["甲", "乙"], "各部分": [{"名称": "事实", "各段": [{"层次": 1, "文字": "丙"}]}]}
HOSTILE = '张＜三＞&"李四" <b>\'{_{ a_b }_} {{ 标题 }} {%_} %_} *_[x](y) `z` \\ 1.'


def word(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def filled(template: str, form: str, context=CONTEXT) -> str:
    if form == "docx":
        return "\n".join(paragraphs(fill_word(word(template), context, "信.docx")))
    return fill_text(template, form, context, f"信.{form}").decode()


FORMS = pytest.mark.parametrize("form", ["md", "html", "docx"])


@FORMS
@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}", "{{ 标题.__class__ }}", "{{ 标题['__class__'] }}", "{{ 标题|attr('__class__') }}",
        "{{ cycler.__init__.__globals__.os.getcwd() }}", "{{ self._TemplateReference__context }}", "{{ self }}",
        "{{ lipsum(100) }}", "{{ 标题.upper() }}", "{{ 标题.format }}", "{{ 标题.encode }}", "{{ 各部分[0].items }}",
        "{% include '/etc/passwd' %}", "{% import 'x' as y %}", "{% from 'x' import y %}", "{% extends 'x' %}",
        "{% macro a() %}{% endmacro %}", "{% call 标题() %}{% endcall %}", "{% filter upper %}a{% endfilter %}",
        "{% set x = 1 %}", "{% autoescape false %}{{ 标题 }}{% endautoescape %}", "{{ 标题|safe }}", "{{ '%9d'|format(1) }}",
        "{% for i in range(10**9) %}{% endfor %}", "{% for i in 'abc' %}{% endfor %}", "{{ 'x' * 10**9 }}", "{{ 9**9**9 }}",
        "{% for a in 件 recursive %}{{ loop(件) }}{% endfor %}",
        "{% for a in 件 %}{% for b in 件 %}{% for c in 件 %}{% for d in 件 %}x{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
        "{{ 件 }}", "{{ ['甲'] }}", "{{ 标题[::-1] }}", "{% if 标题 is callable %}x{% endif %}",
    ],
)  # fmt: skip
def test_what_a_template_may_not_do(attack, form):
    with pytest.raises(TemplateFault) as caught:
        filled(attack, form)
    assert "不允许" in caught.value.message.zh
    assert f"模板“信.{form}”" in caught.value.message.zh
    assert caught.value.message.en


@FORMS
@pytest.mark.parametrize("broken", ["{% for a in 件 %}", "{{ 标题", "{% endfor %}", "{% if %}", "{% do x %}"])
def test_a_broken_template(broken, form):
    with pytest.raises(TemplateFault, match="not complete"):
        filled(broken, form)


@FORMS
@pytest.mark.parametrize(
    ("template", "name", "meant"),
    [("{{ 标提 }}", "标提", "标题"), ("{% for 部 in 各部分 %}{{ 部.名 }}{% endfor %}", "名", ""), ("{{ namespace }}", "namespace", "")],
)
def test_an_unknown_placeholder_is_named(template, name, meant, form):
    with pytest.raises(TemplateFault) as caught:
        filled(template, form)
    assert f"不存在的占位符“{name}”" in caught.value.message.zh
    assert (f"是否应为“{meant}”" in caught.value.message.zh) == bool(meant)


@FORMS
def test_what_a_template_may_do(form):
    template = (
        "{% for 部 in 各部分 %}{% for 段 in 部['各段'] %}{% if 段.层次 == 1 and 部.名称 is defined %}"
        "{{ loop.index }}{{ 段.文字 ~ 标题 }}{% else %}无{% endif %}{% endfor %}{% endfor %}{{ 件|length }}{{ 件|join('、') }}"
    )
    assert filled(template, form).strip() == "1丙题目2甲、乙"


@pytest.mark.parametrize("template", ["{{r 标题 }}", "{{p 标题 }}"])
def test_a_text_outside_of_a_run_is_a_fault_not_a_file_that_word_refuses(template):
    with pytest.raises(TemplateFault, match="cannot be used"):
        filled(template, "docx")


@pytest.mark.parametrize("data", [b"", b"abc", b"PK\x03\x04", letter_paper()[:2000]])
def test_what_is_no_word_document(data):
    with pytest.raises(TemplateFault, match="not a Word document"):
        fill_word(data, CONTEXT, "信.docx")


def test_an_archive_that_is_no_word_document():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("a.txt", "甲")
    with pytest.raises(TemplateFault, match="cannot be used"):
        fill_word(file.getvalue(), CONTEXT, "信.docx")


def test_a_template_too_large_when_unpacked(monkeypatch):
    monkeypatch.setattr(sandbox, "MOST", 1000)
    with pytest.raises(TemplateFault, match="too large"):
        fill_word(letter_paper(), CONTEXT, "信.docx")


def test_a_text_too_long(monkeypatch):
    monkeypatch.setattr(sandbox, "MOST", 10)
    with pytest.raises(TemplateFault, match="too long"):
        fill_text("{% for a in 件 %}{{ 标题 ~ 标题 ~ 标题 }}{% endfor %}", "md", CONTEXT, "信.md")


# names


def told(form: str, file: bytes) -> str:
    if form == "docx":
        return "\n".join(paragraphs(file))
    return words_of_html(file) if form == "html" else unescaped(file.decode())


def with_names(name: str):
    import dataclasses

    head = dataclasses.replace(HEAD, addressee=name, issuer=name, title=name, remedies=(name,), copies=(name,), attachments=(name,))
    return placeholders(example("weihai"), "rectification", head=head)


@FORMS
def test_names_stay_what_they_are(form):
    context = with_names(HOSTILE)
    name = f"letter.{form}"
    file = fill_word(shipped(name), context, name) if form == "docx" else fill_text(shipped(name).decode(), form, context, name)
    assert told(form, file).count(HOSTILE) == 7


_NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=30)


@settings(max_examples=40)
@given(_NAMES)
def test_any_name_stays_what_it_is(name):
    context = {**CONTEXT, "标题": name}
    assert filled("〔{{ 标题 }}〕", "docx", context) == f"〔{name}〕" or "\ufffd" in filled("〔{{ 标题 }}〕", "docx", context)
    assert unescaped(filled("〔{{ 标题 }}〕", "md", context)) in {f"〔{name}〕", f"〔{sandbox.printable(name)}〕"}
    html = re.sub(r"\s+$", "", fill_text("<body>〔{{ 标题 }}〕</body>", "html", context, "信.html").decode())
    assert words_of_html(html.encode()) == f"〔{sandbox.printable(name)}〕"


# what is shipped


def test_the_shipped_word_template_has_no_picture_of_another():
    with zipfile.ZipFile(io.BytesIO(shipped("letter.docx"))) as packed:
        assert not [name for name in packed.namelist() if "thumbnail" in name]
    assert shipped("letter.docx") == shipped("letter.docx")


@pytest.mark.parametrize("kind", ["decision", "rectification"])
def test_a_letter_in_all_forms_says_the_same(kind):
    context = placeholders(example("luzhou"), kind)
    expected = [f"{p['编号']}{p['文字']}" for section in context["各部分"] for p in section["各段"]]
    files = {
        name: fill_word(shipped(name), context, name) if name.endswith("docx") else fill_text(shipped(name).decode(), name[7:], context, name)
        for name in TEMPLATES
    }
    for name, file in files.items():
        text = told(name.partition(".")[2], file)
        for line in (*expected, context["标题"], context["发文字号"], context["结语"], context["日期"]):
            assert line in text, name


def test_a_letter_looks_like_an_official_document():
    context = placeholders(example("fuzhou"), "rectification")
    document = docx.Document(io.BytesIO(fill_word(shipped("letter.docx"), context, "letter.docx")))
    styles = [(p.style.name, p.text) for p in document.paragraphs]
    assert styles[:5] == [
        ("印记", "征求意见稿，未施行，仅供研究，不得据此作出决定"), ("发文机关标志", "某市科学技术局"), ("发文字号", "某科〔2026〕12号"),
        ("Title", "关于限期整改的通知"), ("主送机关", "某公司："),
    ]  # fmt: skip
    assert ("Heading 1", "一、存在的问题") in styles
    assert ("成文日期", "2026年11月22日") in styles
    section = document.sections[0]
    assert (round(section.top_margin.mm), round(section.left_margin.mm), round(section.page_width.mm)) == (37, 28, 210)
    assert 'w:eastAsia="方正小标宋简体"' in document.styles["Title"].element.xml
    assert "PAGE" in section.footer.paragraphs[0]._p.xml
    assert document.core_properties.title == "关于限期整改的通知"


def test_the_same_letter_is_the_same_file():
    context = placeholders(example("luzhou"), "decision")
    assert fill_word(shipped("letter.docx"), context, "x") == fill_word(shipped("letter.docx"), context, "x")
