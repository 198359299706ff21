"""One statement for the nodes of a plan says what ``plan.meaning`` says, in every engine that is on this computer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from policylang.engines.sql.dialects import dialect
from policylang.engines.sql.facts import read_needs
from policylang.engines.sql.select import select
from policylang.engines.sql.source import Column, ListTable, Source
from policylang.plan.graph import Graph
from policylang.plan.layout import Input, Key, Layout
from policylang.plan.meaning import NEVER, NULL, Row
from policylang.plan.nodes import KINDS, Table, in_order
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Option, Text
from policylang.semantics.values import in_order as in_order_of_needs
from properties.plans import Case, a_layout, a_row, made_up
from unit.engines.sql.sql_tables import computed

FLAGS = [Key(f"b{n}") for n in range(6)]


def same(engine, case):
    found = computed(engine, case.layout, case.rows, case.outputs)
    wanted = case.expected()
    assert {name: found[name] for name in wanted} == wanted


def flags(n=6):
    """A layout of yes-or-no facts, its graph, and every station that it can have."""
    layout = Layout({key: Input(Boolean(), absent=False) for key in FLAGS[:n]})
    rows = [Row({key: bool(number >> bit & 1) for bit, key in enumerate(FLAGS[:n])}) for number in range(2**n)]
    graph = Graph(layout)
    return layout, graph, [graph.truth(key) for key in FLAGS[:n]], rows


def every_operation():
    """A case in which every operation of ``KINDS`` is an output."""
    outputs, cases = {}, []
    for seed in range(400):
        case = made_up(Random(seed), 12, 4)
        found = {n.op for n in in_order(case.outputs.values())} - outputs.keys()
        if found:
            outputs |= dict.fromkeys(found)
            cases.append(case)
    return outputs.keys(), cases


def test_random_graphs(engine):
    for seed in range(6 if engine.dialect.name == "spark" else 25):
        same(engine, made_up(Random(seed), 25, 5))


def test_every_operation(engine):
    operations, cases = every_operation()
    assert {*operations} - {"constant"} == set(KINDS)
    if type(engine).__name__ == "PySpark":
        cases = cases[:3]  # a statement takes seconds there
    for case in cases:
        same(engine, case)


def test_one_output_alone_is_computed_like_all_together(engine):
    case = made_up(Random(7), 40, 4)
    for name in [name for name, node in case.outputs.items() if node.op not in ("known", "number", "missing")][-4:]:
        same(engine, Case(case.layout, case.graph, case.rows, {name: case.outputs[name]}))


def test_needs_of_more_facts_than_one_word_holds(engine):
    layout, graph, (a, b, c, d, *_), rows = flags(4)
    names = [f"f{n}.2024" for n in range(150)]
    missing = [graph.missing(name) for name in names]
    wide = graph.either([graph.gate(a, graph.all_of(missing[::3])), graph.gate(b, missing[149]), missing[75], graph.gate(c, missing[0])])
    outputs = {
        "all": graph.gate(a, graph.all_of(missing)),
        "chosen": graph.choose_needs([(a, missing[3]), (b, missing[140])], missing[70]),
        "wide": wide,
        "together": graph.together(wide, graph.either([missing[5], graph.gate(d, missing[130]), missing[2]])),
        "several": graph.all_of([wide, missing[9], graph.either([missing[2], graph.gate(d, missing[3])])]),
    }
    same(engine, Case(layout, graph, rows, outputs))


def test_more_alternatives_than_are_told_apart(engine):
    layout, graph, held, rows = flags(5)
    missing = [graph.missing(f"f{n:02}") for n in range(24)]
    few = graph.either([*missing[:12], *(graph.gate(own, missing[n + 12]) for n, own in enumerate(held))])
    pair = graph.either([missing[20], graph.gate(held[0], missing[21])])
    outputs = {"few": few, "with itself": graph.together(few, graph.gate(held[1], few)), "pairs": graph.together(few, pair), "many": graph.either([few, *missing[18:]])}
    same(engine, Case(layout, graph, rows, outputs))


def test_records_need_together_in_their_order(engine):
    layout = Layout({Key("l", None, "b"): Input(Boolean(), absent=False)}, {"l": 4})
    graph = Graph(layout)
    held = graph.truth(Key("l", None, "b"))
    two = graph.either([graph.missing_field("l", "x"), graph.gate(held, graph.missing("z")), graph.gate(held, graph.missing("y"))])
    outputs = {how: graph.gather("l", two, how) for how in ("all_of", "together")}
    rows = [Row({}, {"l": [{"b": bool(bits >> n & 1)} for n in range(count)]}) for count in range(5) for bits in range(2**count)]
    same(engine, Case(layout, graph, rows, outputs))


def test_long_chains_and_large_tables(engine):
    layout, graph, held, rows = flags(6)
    conditions = [graph.both(held[n % 6], graph.no(held[(n // 6) % 6]), held[(n // 36) % 6]) for n in range(216)]
    number = graph.integer(0)
    for n in range(300):
        number = graph.add(graph.greatest(number, graph.integer(n % 7)), graph.choose([(conditions[n % 216], graph.integer(n))], graph.integer(1)))
    table = Table("days", -50, tuple(n * n for n in range(700)), -1)
    outputs = {"or": graph.any(conditions), "and": graph.all(graph.no(c) for c in conditions), "sum": number, "table": graph.look_up(table, number), "small": graph.look_up(table, graph.pack(held))}
    same(engine, Case(layout, graph, rows, outputs))


def test_months_and_years_at_the_ends_of_the_calendar(engine):
    layout = Layout({Key("d"): Input(Day())})
    graph = Graph(layout)
    day = graph.number(Key("d"))
    days = [None, 1, 2, 28, 59, 738_915, 738_944, 738_945, 738_946, 3_651_694, 3_652_029, 3_652_058, 3_652_059]
    outputs = {f"m{n}": graph.months(day, n) for n in (1, -1, 12, 13, -13, 119_987, -119_987, 130_000, -130_000)}
    outputs |= {"year": graph.year(day), "before": graph.year(graph.subtract(day, graph.integer(800_000)))}
    same(engine, Case(layout, graph, [Row({Key("d"): day}) for day in days], outputs))


def test_texts_options_and_sets(engine):
    options = (Option("甲", "a", 0), Option("乙", "a%", 1), Option("丙", "it's", 2))
    layout = Layout({
        Key("t"): Input(Text()), Key("u"): Input(Text(), nothing=True), Key("k"): Input(Choice(options), null=True),
        Key("s"): Input(ChoiceSet(options)), Key("l", None, "t"): Input(Text()),
    }, {"l": 2})  # fmt: skip
    graph = Graph(layout)
    t, u, record = Key("t"), Key("u"), Key("l", None, "t")
    outputs = {
        "a": graph.like(t, ("100%", "")), "b": graph.like(t, ("_", "\\", "!")), "c": graph.same(t, u), "d": graph.number(Key("k")),
        "e": graph.number(Key("s")), "f": graph.known(Key("s")), "g": graph.any_record("l", graph.same(t, record)),
        "h": graph.any_record("l", graph.both(graph.same(t, record), graph.like(record, ("", "%")))), "i": graph.nothing(u), "j": graph.null(Key("k")),
    }  # fmt: skip
    texts = ["100%", "100%州", "_x\\y!", "柳州", "", "it's", "\\", "100 州"]
    rows = [
        Row({t: text, u: other, Key("k"): option, Key("s"): held}, {"l": [{"t": text}, {"t": other if isinstance(other, str) else None}]})
        for text, other, option, held in zip([*texts, None], [*texts[4:], NEVER, *texts[:4]], [0, 1, 2, None, NULL, 0, 1, 2, 0], [0, 1, 2, 3, 4, 5, 6, 7, None], strict=True)
    ]  # fmt: skip
    same(engine, Case(layout, graph, rows, outputs))


def test_needs_as_text_are_in_one_order(engine):
    layout, graph, (a, b, *_), rows = flags(2)
    both = graph.all_of([graph.missing("b"), graph.missing("c.2024")])
    needs = graph.either([both, graph.gate(a, graph.missing("d")), graph.gate(b, graph.missing("a"))])
    computed(engine, layout, rows, {"n": needs})
    found = engine.run(select({"n": needs}, layout, engine.dialect, Source.of(layout)))
    texts = [text for _, text in sorted(found)]
    assert texts == ["b+c.2024", "d | b+c.2024", "a | b+c.2024", "a | d | b+c.2024"]
    assert in_order_of_needs(read_needs(texts[3])) == (("a",), ("d",), ("b", "c.2024"))
    assert read_needs("") == frozenset()


def test_cells_that_cannot_be_read_are_told_and_unknown(engine):
    options = (Option("甲", "a", 0),)
    inputs = {
        Key("n"): Input(Number("人"), most=10), Key("m"): Input(Money(), most=100), Key("r"): Input(Number("%")),
        Key("k"): Input(Choice(options)), Key("s"): Input(ChoiceSet(options)), Key("must"): Input(Boolean(), absent=False),
        Key("d"): Input(Day(), nothing=True), Key("l", None, "n"): Input(Number("人"), most=3),
    }  # fmt: skip
    layout = Layout(inputs, {"l": 1})
    graph = Graph(layout)
    kinds = {"station": "BIGINT", "n": "BIGINT", "m": "DECIMAL(20, 3)", "r": "DECIMAL(20, 9)", "k": "TEXT", "s": "TEXT", "must": "BOOLEAN", "d": "DATE", "d.nothing": "BOOLEAN"}
    good = [0, 10, Decimal("1.000"), Decimal("12.5"), "a", "a", True, date(2024, 2, 29), None]
    bad = [1, 11, Decimal("0.001"), Decimal("0.0000001"), "b", "a、b", None, date(2024, 2, 29), True]
    more = [2, -1, Decimal("1.010"), Decimal(-1), "", "a、a", True, None, None]
    records = ({"station": "BIGINT", "number": "BIGINT", "n": "BIGINT"}, [[0, 1, 3], [1, 1, 4], [2, 1, None], [2, 2, 1]])
    source = Source.of(layout)
    engine.load({"stations": (kinds, [good, bad, more]), "stations_l": records})
    known = {str(key): graph.known(key) for key in inputs if key.field is None and key.fact != "must"}
    found = sorted(engine.run(select(known, layout, engine.dialect, source, unreadable="u")))
    assert [row[1] for row in found] == ["", "n、m、r、k、s、must、d、l[].n", "n、m、r、k、s、l"]
    assert [row[2:] for row in found] == [(True,) * 6, (False,) * 6, (False,) * 6]


def test_other_columns_and_tables(engine):
    layout = Layout({Key("n", "2024"): Input(Number("人")), Key("m"): Input(Money()), Key("l", None, "v"): Input(Number("人"))}, {"l": 3})
    graph = Graph(layout)
    kinds = {"id": "BIGINT", "people": "BIGINT", "in fen": "BIGINT"}
    engine.load({"所有站": (kinds, [[5, 3, 150], [6, None, None]]), "奖": ({"of": "BIGINT", "on": "BIGINT", "v": "BIGINT"}, [[5, 9, 1], [5, 8, 2]])})
    quoted = engine.dialect.quoted
    columns = {Key("n", "2024"): Column(f"{quoted('people')} + 1"), Key("m"): Column(quoted("in fen"), whole=True)}
    source = Source("所有站", "id", {"l": ListTable("奖", "of", "on")}, columns)
    own, value = graph.number(Key("n", "2024")), graph.number(Key("l", None, "v"))
    outputs = {"n": own, "m": graph.number(Key("m")), "s": graph.sum_records("l", value)}
    assert sorted(engine.run(select(outputs, layout, engine.dialect, source))) == [(5, 4, 150, 3), (6, 0, 0, 0)]
    each = select({"v": value, "n": own}, layout, engine.dialect, source, of="l")
    assert sorted(engine.run(each)) == [(5, 0, 2, 4), (5, 1, 1, 4)]


@pytest.mark.parametrize("name", ["duckdb", "spark", "postgres"])
def test_the_same_plan_is_the_same_text(name):
    case = made_up(Random(3), 40, 0)
    own = {output: node for output, node in case.outputs.items() if node.level is None}
    one, other = (select(own, case.layout, dialect(name), Source.of(case.layout)) for _ in range(2))
    assert one == other


def test_a_column_is_carried_no_further_than_it_is_needed():
    layout, graph, held, _ = flags(6)
    shared = graph.choose([(own, graph.integer(n)) for n, own in enumerate(held)], graph.integer(9))
    last = graph.multiply(shared, shared)
    text = select({"x": last}, layout, dialect("spark"), Source.of(layout))
    assert all(f"n{own.number}" not in text.rpartition("FROM s0")[2] for own in held)


def test_layouts_made_up_have_every_kind_of_column():
    """Otherwise the tests above would not read them."""
    inputs = [own for seed in range(50) for own in a_layout(Random(seed)).inputs.values()]
    assert {type(own.type) for own in inputs} == {Boolean, Number, Money, Day, Text, Choice, ChoiceSet}
    assert a_row(Random(1), Layout()).cells == {}
