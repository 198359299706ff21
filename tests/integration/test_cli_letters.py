"""policylang letter: real files, opened again; what is wrong is said, and nothing is left half written."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

ROOT = Path(__file__).resolve().parents[2]
FUZHOU = ROOT / "examples" / "fuzhou_station.yaml"
LUZHOU = ROOT / "examples" / "luzhou_station.yaml"
LIUZHOU = ROOT / "examples" / "liuzhou_station.yaml"

HEAD = """\
发文机关: 某市人才办
发文字号: 某人才办〔2018〕21号
收文单位: 张＜三＞&"李四"公司
签发人: 张三
签发人职务: 主任
日期: 2018-06-11
期限: 2018-07-31
救济途径: 可以书面提出意见。
联系人: 李四
联系电话: 0830-0000000
"""


@pytest.fixture
def head(tmp_path: Path) -> str:
    (tmp_path / "发文.yaml").write_text(HEAD, encoding="utf-8")
    return "发文.yaml"


def paragraphs(path: Path) -> list[str]:
    return [p.text for p in docx.Document(str(path)).paragraphs]


def test_a_word_letter(policylang, tmp_path, head):
    done = policylang("letter", "luzhou", LUZHOU, "--kind", "rectification", "--letter", head, "--out", "整改.docx")
    assert (done.returncode, done.stdout) == (0, "")
    assert "已写 整改.docx" in done.stderr
    assert "空白" not in done.stderr
    found = paragraphs(tmp_path / "整改.docx")
    assert '张＜三＞&"李四"公司：' in found
    assert "整改期限：2018年7月31日以前（含当日）。" in found
    assert "可以书面提出意见。" in found


def test_html_and_markdown_say_the_same(policylang, tmp_path, head):
    asked = ("letter", "luzhou", LUZHOU, "--kind", "decision", "--outcome", "优秀提高", "--letter", head)
    shown = policylang(*asked)
    assert policylang(*asked, "--out", "a.md").returncode == 0
    assert (tmp_path / "a.md").read_text("utf-8") == shown.stdout
    assert policylang(*asked, "--out", "a.html").returncode == 0
    page = (tmp_path / "a.html").read_text("utf-8")
    for text in (shown.stdout, page):
        assert "优秀提高（2018年）：应给予，6000元，依第十二条（三）。" in text
    assert "张＜三＞&amp;&#34;李四&#34;公司" in page


def test_what_is_not_filled_in_is_listed(policylang):
    done = policylang("letter", "luzhou", LUZHOU, "--kind", "rectification")
    assert "注意：没有填写的，信上留了空白：发文机关、发文字号、收文单位、签发人、签发人职务、日期、联系人、联系电话、救济途径、期限。" in done.stderr
    assert "（救济途径由制发机关填写）" in done.stdout


def test_a_draft_is_stamped_in_every_form(policylang, tmp_path):
    stamp = "征求意见稿，未施行，仅供研究，不得据此作出决定"
    for name in ("a.docx", "a.html", "a.md"):
        done = policylang("letter", "fuzhou", FUZHOU, "--kind", "decision", "--outcome", "三规范", "--out", name)
        assert stamp in done.stderr
    assert paragraphs(tmp_path / "a.docx")[0] == stamp
    assert f'<p class="stamp">{stamp}</p>' in (tmp_path / "a.html").read_text("utf-8")
    assert (tmp_path / "a.md").read_text("utf-8").startswith(f"**【{stamp}】**")


def test_clauses_are_quoted(policylang, tmp_path):
    (tmp_path / "办法.txt").write_text("第十二条　考核。\n（三）优秀的，提高20%。\n", encoding="utf-8")
    asked = ("letter", "luzhou", LUZHOU, "--kind", "decision", "--outcome", "优秀提高")
    done = policylang(*asked, "--text", "办法.txt")
    assert "第十二条（三）规定：“（三）优秀的，提高20%。”" in done.stdout
    assert "没有给官方文本" not in done.stderr
    assert "没有第" not in done.stderr
    other = policylang(*asked[:-1], "基础经费", "--text", "办法.txt")
    assert "注意：所给的官方文本里没有第十三条（一），信上只写了编号。" in other.stderr
    assert "没有给官方文本" in policylang(*asked).stderr


def test_a_shortfall_says_what_the_station_can_do(policylang):
    done = policylang("letter", "fuzhou", FUZHOU, "--kind", "shortfall", "--outcome", "三规范")
    assert "要使三规范成为“具备”：\n\n张贴内容：增加“人员牌”。" in done.stdout
    assert "由办法以外的文件定" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--kind", "decision", "--outcome", "评估等级"), "没有可以告知的决定"),
        (("--kind", "rectification"), "没有未履行的职责"),
        (("--kind", "shortfall"), "没有未达到的要求"),
        (("--kind", "request"), "没有要对方补充的"),
    ],
)
def test_nothing_to_write(policylang, tmp_path, arguments, words):
    done = policylang("letter", "liuzhou", LIUZHOU, *arguments, "--out", "信.docx")
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert not (tmp_path / "信.docx").exists()


def test_facts_that_contradict_each_other(policylang, tmp_path):
    facts = LIUZHOU.read_text("utf-8").replace("工作人员数: 3 ", "工作人员数: -3 ")
    (tmp_path / "站.yaml").write_text(facts, encoding="utf-8")
    done = policylang("letter", "liuzhou", "站.yaml", "--kind", "decision", "--out", "信.md")
    assert done.returncode == 1
    assert list(tmp_path.glob("信*")) == []


# mistakes in what the office writes


def test_a_mistake_in_the_letter_file(policylang, tmp_path):
    (tmp_path / "发文.yaml").write_text("发文机构: 某局\n日期: 明天\n", encoding="utf-8")
    done = policylang("letter", "luzhou", LUZHOU, "--kind", "rectification", "--letter", "发文.yaml", "--out", "信.docx")
    assert done.returncode == 1
    assert "是否应为“发文机关”" in done.stderr
    assert "应当是日期" in done.stderr
    assert list(tmp_path.glob("信*")) == []


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ ''.__class__.__mro__ }}", "不允许"),
        ("{{ cycler.__init__.__globals__.os.getcwd() }}", "不允许"),
        ("{% include '/etc/passwd' %}", "不允许"),
        ("{% for 部分 in 各部分 %}", "写得不完整"),
        ("{{ 收文单 }}", "是否应为“收文单位”"),
    ],
)
@pytest.mark.parametrize("form", ["docx", "html", "md"])
def test_a_template_that_is_refused_leaves_what_was_there(policylang, tmp_path, template, words, form):
    path, out = tmp_path / f"模板.{form}", tmp_path / f"信.{form}"
    out.write_text("以前的信", encoding="utf-8")
    if form == "docx":
        document = docx.Document()
        document.add_paragraph(template)
        document.save(str(path))
    else:
        path.write_text(template, encoding="utf-8")
    done = policylang("letter", "luzhou", LUZHOU, "--kind", "rectification", "--template", path.name, "--out", out.name)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"模板“模板.{form}”" in done.stderr
    assert words in done.stderr
    assert out.read_text("utf-8") == "以前的信"


def test_templates_of_ones_own(policylang, tmp_path, head):
    assert policylang("letter", "--templates", "模板").returncode == 0
    assert sorted(p.name for p in (tmp_path / "模板").iterdir()) == ["letter.docx", "letter.html", "letter.md"]
    again = policylang("letter", "--templates", "模板")
    assert again.returncode == 2
    assert "没有覆盖" in again.stderr
    (tmp_path / "模板" / "rectification.md").write_text("致{{ 收文单位 }}\n", encoding="utf-8")
    asked = ("letter", "luzhou", LUZHOU, "--letter", head, "--template", "模板", "--kind")
    assert policylang(*asked, "rectification").stdout == '致张＜三＞\\&"李四"公司\n'
    assert policylang(*asked, "decision").stdout.startswith("**某市人才办**")
    assert policylang(*asked, "decision", "--out", "信.docx").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("luzhou", str(LUZHOU)), "--kind"),
        (("luzhou", str(LUZHOU), "--kind", "decision", "--out", "信.pdf"), ".docx、.html 或者 .md"),
        (("luzhou", str(LUZHOU), "--kind", "decision", "--template", "没有.md"), "找不到文件"),
        (("luzhou", str(LUZHOU), "--kind", "decision", "--template", "."), "没有模板 letter.md"),
        (("luzhou", str(LUZHOU), "--kind", "decision", "--template", str(LUZHOU)), "后缀"),
        (("luzhou", str(LUZHOU), "--kind", "decision", "--outcome", "没有"), "没有“没有”这个结果"),
        (("luzhou", str(LUZHOU), "--kind", "decision", "--letter", "没有.yaml"), "找不到文件"),
        (("luzhou", str(LUZHOU), "--kind", "decision", "--out", "没有/信.md"), "写不了"),
    ],
)
def test_wrong_usage(policylang, arguments, words):
    done = policylang("letter", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_template_that_is_no_text(policylang, tmp_path):
    (tmp_path / "模板.md").write_bytes("标题".encode("gb18030"))
    done = policylang("letter", "luzhou", LUZHOU, "--kind", "rectification", "--template", "模板.md")
    assert done.returncode == 2
    assert "不是 UTF-8" in done.stderr


def test_without_the_office_packages(policylang, tmp_path):
    (tmp_path / "jinja2.py").write_text("raise ImportError('no', name='jinja2')\n", encoding="utf-8")
    (tmp_path / "docxtpl.py").write_text("raise ImportError('no', name='docxtpl')\n", encoding="utf-8")
    src = str(ROOT / "src")
    done = policylang("letter", "luzhou", LUZHOU, "--kind", "rectification", env={"PYTHONPATH": f"{tmp_path}:{src}"})
    assert done.returncode == 2
    assert 'pip install "policylang[office]"' in done.stderr


def test_in_english_the_messages_are_english(policylang):
    done = policylang("letter", "liuzhou", LIUZHOU, "--kind", "rectification", "--lang", "en")
    assert done.stderr.strip() == "no duty is unmet and no condition fails: there is nothing to rectify"
