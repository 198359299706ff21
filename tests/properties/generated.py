"""Policies and facts made up at random: typed trees, printed as a drafter would write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from policylang.compiler import compile_policy
from policylang.facts.typed import facts_from_python

YEARS = range(2019, 2027)
FACTS = """事实
  甲（a）：是否
  乙（b）：是否
  丙（c）：是否
  人数（n）：数量（人）
  名额（m）：数量（人）
  类别（k）：选项（高校（uni）、协会（assoc）、其他（other））
  学历（d）：选项（博士（phd）＞硕士（msc）＞本科（ba））
  批准日（day）：日期
  经费（fee）：金额
  材料（p）：多选（申请书（form）、合同（deal））
  城市（city）：文本
  结论（v）：每年 选项（优（top）＞良（mid）＞差（low）），空值表示 未考核
  逐年人数（w）：每年 数量（人）
  备注（z）：每年 是否
  名单（l）：清单（人）：
    级别（x）：选项（一（one）＞二（two））
    数目（q）：数量（人）
    认定（e）：是否
"""
DEFAULTS = """  违规（bad）：是否，未记载视为 否
  撤销日（gone）：日期，未记载视为 未发生
  推介（posts）：每月 数量（条）
  评定（verdict）：每年 选项（上（up）、下（down）），空值表示 未考核
"""
OUTCOMES = """结果
  可（ok）：条件
  级（g）：等级 A级（A）＞B级（B）＞C级（C），每年
  态（s）：状态 有效（on）、整改（fix）、撤销（off）
  补（money）：金额
  年补（yearly）：金额，每年
  首补（once）：金额，每年，一次性
  奖（award）：金额，对每一 名单
"""
READING = """第九十条
  疑义 口径（how）：“怎样算？”
    采用 宽（wide）：“合理”
    另解 严（strict）：“字面”
"""


def joined(*parts):
    return st.tuples(*(st.just(p) if isinstance(p, str) else p for p in parts)).map("".join)


counts = st.integers(0, 6).map(lambda n: f"{n}人")
words = st.sampled_from(["{}以上", "{}以下", "不少于{}", "不超过{}", "超过{}", "不满{}"])
count_tests = st.tuples(words, counts).map(lambda t: t[0].format(t[1]))
dates = st.dates(date(2018, 1, 1), date(2027, 12, 31)).map(lambda d: f"{d.year}年{d.month}月{d.day}日")
day_tests = joined(st.sampled_from(["不早于", "早于", "不晚于", "晚于"]), " ", dates)
yearly = st.one_of(
    joined("结论 ", st.sampled_from(["为 优", "为 差", "不低于 良", "低于 良", "属于 优、良"])),
    joined("逐年人数 ", count_tests),
)
record = st.one_of(
    st.just("认定"),
    joined("级别 ", st.sampled_from(["为 一", "不低于 二"])),
    joined("数目 ", count_tests),
)
simple = st.one_of(
    st.sampled_from(["甲", "乙", "丙", "甲 为 否", "口径 读作 宽", "口径 读作 严", "材料 含 申请书"]),
    joined("人数 ", count_tests),
    joined(
        st.sampled_from(["人数 不超过 名额", "人数 ＋ 名额 不少于 ", "人数 × 2 超过 ", "人数 － 名额 不少于 "]), ""
    ).flatmap(lambda t: st.just(t) if t.endswith("名额") else joined(t, counts)),
    joined("类别 ", st.sampled_from(["为 高校", "不为 协会", "属于 高校、协会"])),
    joined("学历 ", st.sampled_from(["为 硕士", "不低于 硕士", "低于 硕士", "高于 本科"])),
    joined("批准日 ", day_tests),
    joined("时点 不晚于 批准日 后 ", st.sampled_from(["1年", "13个月", "900日"])),
    joined("批准日 的年度 不少于 ", st.integers(2020, 2026).map(lambda y: f"{y}年")),
    joined("经费 ", st.sampled_from(["1万元以上", "不满2万元", "为 1.5万元"])),
    joined("城市 ", st.sampled_from(["为 “泸州”", "不为 “柳州”"])),
    yearly,
    joined("上年度 （", yearly, "）"),
    joined("考核年度 （", yearly, "）"),
    joined(st.sampled_from(["连续2年", "连续3年", "连续2次"]), " ", st.sampled_from(["结论 为 差", "结论 低于 良"])),
    joined("任一年度 ", st.sampled_from(["结论 为 优", "结论 不低于 良"])),
    joined("最近一次 ", st.sampled_from(["结论 为 差", "（结论 低于 良 且 逐年人数 3人以下）"])),
    joined(st.sampled_from(["最晚", "最早"]), "（批准日、2022年3月1日） ", day_tests),
    joined(st.sampled_from(["最多", "最少"]), " 名单 的 数目 其中（", record, "） ", count_tests),
    st.sampled_from(["批准日 在本期", "城市 形如 “…州”", "城市 形如 “柳…”"]),
    joined("存在 名单 其中（", record, "）"),
    joined("计数 名单 其中（", record, "） ", count_tests),
    joined("总计 名单 的 数目 其中（", record, "） ", count_tests),
)


def trees(leaves):
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            joined("非 （", inner, "）"),
            st.tuples(st.sampled_from([" 且 ", " 或 "]), st.lists(inner, min_size=2, max_size=3)).map(
                lambda t: "（" + t[0].join(f"（{x}）" for x in t[1]) + "）"
            ),
        ),
        max_leaves=5,
    )


conditions = trees(simple)
sums = st.integers(1, 9).map(lambda n: f"{n}万元")
amounts = st.one_of(
    sums, joined("不超过", sums), joined(sums, "至9万元"), st.just("1万元 × 人数"), st.just("经费"), st.just("金额另定"),
    st.just("不超过 经费"), st.just("经费 的 50%"),
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """A policy as articles of statements; the statements of one article may stand in any order."""

    articles: tuple[tuple[str, ...], ...]
    more_facts: str = ""

    def text(self, order=None):
        blocks = ["办法 t 《试行办法》\n", FACTS, self.more_facts, OUTCOMES]
        for number, statements in enumerate(self.articles, 1):
            blocks.append(f"第{number}条\n")
            shuffled = order(statements) if order is not None else statements
            blocks += [f"  {line}\n" for statement in shuffled for line in statement.split("\n")]
        return "".join(blocks) + READING


deadlines = st.one_of(
    joined(
        "期限 期：批准日 起 ",
        st.sampled_from(["5个工作日内", "1个月内", "2年内", "满5个工作日", "满3日"]),
        "，完成于 撤销日",
    ),
    st.sampled_from(
        ["期限 期：下年度 2月29日前，每年", "期限 期：本年度 12月31日前，完成于 撤销日", "期限 期：批准日 起 3日内"]
    ),
)


def limbs(condition):
    return st.lists(
        st.one_of(condition, st.tuples(condition, condition).map("，适用于 ".join)), min_size=1, max_size=3
    ).map(lambda found: "\n".join(f"  {limb}" for limb in found))


@st.composite
def drafts(draw, *, anything=False):
    """A sound policy. With ``anything`` also what has written defaults, windows, deadlines and attested grades."""
    condition = draw(st.just(conditions))
    names = [f"义{n}" for n in range(draw(st.integers(0, 2)))]
    first = [f"定义 {name}：{draw(condition)}" for name in names]
    if names:
        condition = trees(st.one_of(simple, st.sampled_from(names)))
    first.append(f"可 {draw(st.sampled_from(['应当具备', '一般应具备']))}：\n{draw(limbs(condition))}")
    first.append(f"可 应当具备：\n{draw(limbs(condition))}")
    grade = [f"级 为 A级，当 {draw(condition)}", f"级 为 B级，当 {draw(condition)}"]
    grade += draw(st.sampled_from([[], ["级 为 C级，其余情形"]]))
    override = [f"级 为 C级，优先于 第2条，当 {draw(condition)}"] if draw(st.booleans()) else []
    seen = trees(
        st.one_of(simple, st.sampled_from(["可", "级 为 A级", "级 不低于 B级", "上年度 级 为 B级", "补 应付"]))
    )
    state = [f"态 为 有效，当 {draw(conditions)}", *draw(st.sampled_from([[], ["态 为 整改，其余情形"]]))]
    states = [f"态 为 撤销，优先于 第4条，当 {draw(seen)}"] if draw(st.booleans()) else []
    verb = draw(st.sampled_from(["给予", "可给予"]))
    money = [
        f"补 {verb} {draw(amounts)}，当 {draw(conditions)}",
        *draw(st.sampled_from([[], ["补 给予 3万元，其余情形"]])),
    ]
    yearly_money = [f"年补 给予 {draw(sums)}，当 {draw(condition)}"]
    if draw(st.booleans()):
        money.append(f"补 不给予，优先于 第6条，当 {draw(conditions)}")
    yearly_money.append(f"首补 给予 {draw(sums)}，当 {draw(condition)}")
    if draw(st.booleans()):
        first += [f"定义 两可：{draw(conditions)}，当 {when}" for when in ("口径 读作 宽", f"口径 读作 严 且 （{draw(conditions)}）")]
        yearly_money.append(f"首补 不给予，优先于 第7条，当 两可 且 {draw(conditions)}")
    award = [f"奖 给予 {draw(sums)}，当 {draw(trees(st.one_of(record, simple)))}"]
    articles = [first, grade, override, state, states, money, yearly_money, award]
    more = ""
    if anything:
        more = DEFAULTS
        since = draw(st.sampled_from(["", "，自 批准日", "，自 批准日，首期不满不计"]))
        articles.append([
            f"定义 实数：人数，未记载时取 计数 名单 其中（{draw(record)}）",
            "定义 门槛：3人，自 2020年1月1日 改为 5人",
            f"年补 给予 2万元，当 实数 不少于 门槛 且 {draw(conditions)} 且 非 违规",
            f"职责 每月推介：每月 推介 {draw(st.integers(0, 3))}条以上{since}",
            f"职责 年度：每年 逐年人数 {draw(count_tests)}，适用于 {draw(conditions)}",
            f"职责 随时：{draw(conditions)}",
            f"职责 逐项：认定，对每一 名单，适用于 {draw(conditions)}",
            draw(deadlines),
            f"提示 提：“注意。”，当 {draw(conditions)}",
            f"限额 限：原则上 不超过2家\n  计入：{draw(conditions)}\n  每个：城市\n  除外：乙",
            "限额 约：约20%\n  计入：可",
        ])  # fmt: skip
    return Draft(tuple(tuple(a) or ("注：“空”",) for a in articles), more)


@st.composite
def full_facts(draw):
    """Everything known; the years before 2021 were not assessed, so that no history reaches behind them."""
    return {
        "a": draw(st.booleans()), "b": draw(st.booleans()), "c": draw(st.booleans()),
        "n": draw(st.integers(0, 7)), "m": draw(st.integers(0, 7)),
        "k": draw(st.sampled_from(["uni", "assoc", "other"])), "d": draw(st.sampled_from(["phd", "msc", "ba"])),
        "day": draw(st.dates(date(2018, 1, 1), date(2027, 12, 31))),
        "fee": draw(st.sampled_from([0, 5_000, 15_000, 20_000, 90_000])),
        "p": draw(st.lists(st.sampled_from(["form", "deal"]), unique=True)),
        "city": draw(st.sampled_from(["泸州", "柳州"])),
        "v": {str(y): draw(st.sampled_from(["top", "mid", "low", None])) if y > 2021 else None for y in YEARS},
        "w": {str(y): draw(st.integers(0, 7)) for y in YEARS},
        "z": {str(y): True for y in YEARS},
        "l": draw(st.lists(st.fixed_dictionaries({
            "x": st.sampled_from(["one", "two"]), "q": st.integers(0, 4), "e": st.booleans()}), max_size=3)),
    }  # fmt: skip


#: What must stay known for the years in question to be the same, and of the year that is not over.
KEPT = {"z", *(f"v.{year}" for year in (2019, 2020, 2021, 2026))}


def paths(facts):
    """Every single thing that may be missing."""
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from (f"{name}.{key}" for key in value if name != "z" and f"{name}.{key}" not in KEPT)
        elif name == "l":
            yield name
            yield from (f"l[{number}].{field}" for number, item in enumerate(value) for field in item)
        else:
            yield name


def without(facts, missing):
    """The facts with these paths left out."""
    kept = {}
    for name, value in facts.items():
        if name in missing:
            continue
        if isinstance(value, dict):
            kept[name] = {k: v for k, v in value.items() if f"{name}.{k}" not in missing}
        elif name == "l":
            kept[name] = [
                {f: v for f, v in item.items() if f"l[{i}].{f}" not in missing} for i, item in enumerate(value)
            ]
        else:
            kept[name] = value
    return kept


def compiled(text):
    found = compile_policy(text.encode(), "generated.pol")
    strange = [d for d in found.diagnostics if d.severity.value == "error"]
    assert found.policy is not None, (text, [(d.code, d.message.zh) for d in strange])
    return found.policy


def typed(policy, facts):
    found, errors = facts_from_python(policy, facts)
    assert not errors, [str(e) for e in errors]
    return found
