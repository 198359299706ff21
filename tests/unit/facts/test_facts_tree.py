"""The notations: plain YAML and JSON with places, everything else refused with its place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from station_policy import marked

from policylang.facts.nodes import plain
from policylang.facts.tree import Mapping, Scalar, Sequence, load_tree
from policylang.source.render import render_human
from policylang.source.text import SourceText


def load(text, kind="yaml"):
    return load_tree(SourceText(f"f.{kind}", text), kind)


@pytest.mark.parametrize("word", ["no", "010", "1:30", "1e3", ".5", "2024-02-30", "on", "0x1F", "１２", "NaN", "="])
def test_yaml_types_nothing(word):
    assert load(f"a: {word}")[0] == Mapping(((Scalar("a"), Scalar(word)),))


def test_nodes_know_their_places():
    text = "甲: 'x'\n乙:\n  - 1\n  - [2, 3]  # 注\n丙: {a: }\n丁: |\n  行\n\n"
    root, found = load(text)
    assert found == ()
    source = SourceText("f", text)

    def places(node):
        yield source.slice(node.span)
        match node:
            case Sequence(items):
                for item in items:
                    yield from places(item)
            case Mapping(entries):
                for key, value in entries:
                    yield from places(key)
                    yield from places(value)

    assert list(places(root)) == [
        text.rstrip(), "甲", "'x'", "乙", "- 1\n  - [2, 3]", "1", "[2, 3]", "2", "3",
        "丙", "{a: }", "a", "", "丁", "|\n  行",
    ]  # fmt: skip
    assert plain(root) == {"甲": "x", "乙": ["1", ["2", "3"]], "丙": {"a": None}, "丁": "行\n"}


@pytest.mark.parametrize("text", ["", "# 无\n", "~", "null", "---\n", "--- \n...\n"])
def test_a_document_without_content_is_null(text):
    root, found = load(text)
    assert (root.is_null, found) == (True, ())


@pytest.mark.parametrize(
    ("text", "under"),
    [
        ("a: &x 1", ["facts-not-plain: &x"]),
        ("a: &x\n  b: 1", ["facts-not-plain: &x"]),
        ("a: *x", ["facts-not-plain: *x"]),
        ("a: !!int 1", ["facts-not-plain: !!int"]),
        ("a: !!python/object:os.system x", ["facts-not-plain: !!python/object:os.system"]),
        ("a: ! 1", ["facts-not-plain: !"]),
        ("a: !x [1]", ["facts-not-plain: !x"]),
        ("<<: {a: 1}\nb: 2", ["facts-not-plain: <<"]),
        ("? [1]\n: 2", ["facts-not-plain: [1]"]),
        ("a: 1\n---\nb: 2", ["facts-not-plain: ---"]),
        ("a: 1\n'a': 2", ["duplicate-key: 'a'"]),
        ('{2024: 1, "2024": 2}', ['duplicate-key: "2024"']),
        ("a:\n\tb: 1", ["broken-yaml: \t"]),
        ("a: b: c", ["broken-yaml: :"]),
        ("a: 1\nbc  \nd: 1", ["broken-yaml: bc"]),
        ("a: 'x", ["broken-yaml: '"]),
        ("a: [1, 2", ["broken-yaml: ["]),
        ("a: {b: 1", ["broken-yaml: {"]),
        ("a: [1 [2]]", ["broken-yaml: ["]),
        ("- a\nb: 1", ["broken-yaml: b"]),
        ("a: @x", ["broken-yaml: @"]),
        ("a: }", ["broken-yaml: }"]),
        ('a: "\\q"', ["broken-yaml: q"]),
        ('a: "\\UFFFFFFFF"', ["broken-yaml: :"]),
        ("a: \x07", ["broken-yaml: \x07"]),
        ("%YAML 9.9\n---\na: 1", ["broken-yaml: %"]),
        ("工作人员数：2", ["broken-yaml: ："]),
        ("a: 1\n工作人员数：2\nb: 3", ["broken-yaml: ："]),
        ("a:\n  - 工作人员数： 2\n    b: 1", ["broken-yaml: ："]),
    ],
)
def test_what_is_not_plain_yaml_is_underlined(text, under):
    _, found = load(text)
    assert marked(text, found) == under


def test_lesser_faults_leave_a_tree():
    root, found = load("a: &x 1\nb: *x\n<<: {c: 1}\nd: 4\nd: 5\n")
    assert plain(root) == {"a": "1", "b": None, "d": "4"}
    assert [d.code for d in found] == ["facts-not-plain"] * 3 + ["duplicate-key"]
    assert load("a: 'x")[0] is None


def test_a_full_width_colon_is_mended():
    for text, mended in (("甲：1", "甲: 1"), ("甲： 1", "甲: 1")):
        fix = load(text)[1][0].fix
        assert text[: fix.span.start] + fix.replacement + text[fix.span.end :] == mended


def test_a_duplicate_shows_both_places():
    text = "人数: 1\n人数: 2\n"
    source = SourceText("站.yaml", text)
    assert render_human(load_tree(source, "yaml")[1], source) == (
        "错误[duplicate-key] “人数”写了两次\n"
        " --> 站.yaml:2:1\n"
        "  |\n"
        "1 | 人数: 1\n"
        "  | ---- 第一次写在这里\n"
        "2 | 人数: 2\n"
        "  | ^^^^\n"
        "  |\n"
        "  = 建议：只保留正确的一处，删去另一处\n"
        "  = 详见：docs/diagnostics/duplicate-key.md"
    )


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "kind", "codes"),
    [
        (LAUGHS, "yaml", {"facts-not-plain"}),
        ("[" * 500_000, "yaml", {"too-deep"}),
        ("[" * 500_000, "json", {"too-deep"}),
        ('{"a":' * 33, "json", {"too-deep"}),
        ("- " * 100_000, "yaml", {"too-deep"}),
        ("x" * 2_000_000, "yaml", {"file-too-large"}),
        ("[" + "1," * 100_001 + "1]", "json", {"file-too-large"}),
        ("? " * 50_000, "yaml", {"too-deep"}),
        ('"' + "\\" * 100_000, "json", {"broken-json"}),
        ('"' * 100_001, "json", {"broken-json"}),
        ("*a " * 1000, "yaml", {"facts-not-plain", "broken-yaml"}),
    ],
)
def test_bombs_are_refused(text, kind, codes):
    assert {d.code for d in load(text, kind)[1]} == codes


def test_fifty_faults_of_notation_are_enough():
    assert len(load("\n".join(f"k{i}: &x 1" for i in range(80)))[1]) == 50


def test_thirty_two_levels_are_read():
    for kind in ("yaml", "json"):
        assert load("[" * 32 + "]" * 32, kind)[1] == ()


@pytest.mark.parametrize(
    ("text", "under", "help_"),
    [
        ('{"a": 1,}', "}", "look for an extra or a missing comma before it"),
        ('{"a" 1}', "1", "check the quotation marks, commas and brackets before it"),
        ('{"a": NaN}', "NaN", "that is no number; write null where nothing is recorded"),
        ('{"a": -Infinity}', "-Infinity", "that is no number; write null where nothing is recorded"),
        ("{'a': 1}", "'", 'put texts between straight quotes "'),
        ("{“a”: 1}", "“", 'put texts between straight quotes "'),
        ('{"a"：1}', "：", "use the ASCII marks : , { } [ ]"),
        ('{"a": 1 // x\n}', "/", "JSON has no comments; remove it"),
        (
            '{"a": "x\ny"}',
            '"',
            "look for the closing quotation mark; a newline in a text is written \\n, a backslash \\\\",
        ),
        ("[01]", "1", "check the quotation marks, commas and brackets before it"),
        ("[1 2]", "2", "check the quotation marks, commas and brackets before it"),
        ("[1", "", "check the quotation marks, commas and brackets before it"),
        ("", "", "check the quotation marks, commas and brackets before it"),
        ("{} {}", "{", "check the quotation marks, commas and brackets before it"),
        ("{1: 2}", "1", "check the quotation marks, commas and brackets before it"),
        ("truest", "st", "check the quotation marks, commas and brackets before it"),
    ],
)
def test_what_is_not_json_is_underlined(text, under, help_):
    root, found = load(text, "json")
    assert root is None
    assert marked(text, found) == [f"broken-json: {under}"]
    assert found[0].help.en == help_


def test_keys_of_json_are_unique_however_written():
    root, found = load('{"a": 1, "\\u0061": 2, "<<": 3}', "json")
    assert plain(root) == {"a": "1", "<<": "3"}
    assert [d.code for d in found] == ["duplicate-key"]


def as_text(value):
    match value:
        case dict():
            return {key: as_text(inner) for key, inner in value.items()}
        case list():
            return [as_text(inner) for inner in value]
        case bool():
            return json.dumps(value)
        case int() | float():
            return repr(value)
    return value


ATOMS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
TREES = st.recursive(ATOMS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@settings(deadline=None)
@given(TREES, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_every_json_document_is_read_as_the_standard_says(value, ascii_only, indent):
    root, found = load(json.dumps(value, ensure_ascii=ascii_only, indent=indent), "json")
    assert found == ()
    assert plain(root) == as_text(value)


JSONISH = st.text(alphabet='{}[]",:0123456789.eE+-truefalsn \t\n\\u/a中\u00e9', max_size=30)


def _refuse(word):
    raise ValueError(word)


@settings(deadline=None)
@given(JSONISH)
def test_json_is_accepted_exactly_where_the_standard_accepts_it(text):
    try:
        json.loads(text, parse_constant=_refuse)
        valid = True
    except ValueError:
        valid = False
    root, found = load(text, "json")
    assert (root is not None) == valid
    assert {d.code for d in found} <= ({"duplicate-key"} if valid else {"broken-json", "duplicate-key"})


YAMLISH = st.text(alphabet="ab甲：:-?#&*!|>'\"%@`{}[], \n\t\\xU0~<.=", max_size=40)


@settings(deadline=None)
@given(YAMLISH | st.text(max_size=40))
def test_no_yaml_crashes_and_every_finding_has_its_place(text):
    source = SourceText("f", text)
    root, found = load_tree(source, "yaml")
    assert root is not None or found
    assert all(d.primary is not None and 0 <= d.primary.span.start <= len(text) for d in found)
    render_human(found, source)


@settings(deadline=None)
@given(TREES.filter(lambda value: isinstance(value, dict)))
def test_yaml_reads_json_quoted_texts_alike(value):
    written = json.dumps(as_text(value), ensure_ascii=True)
    expected, _ = load(written, "json")
    root, found = load(written)
    if not found and "\\ud" not in written and "\\/" not in written:
        assert plain(root) == plain(expected)
