"""What a clerk reads: every result with its clause, why it is so, and what is still missing."""

from __future__ import annotations

from datetime import date

from clerk import FACTS, outcome, rows, said, small

from policylang.explain.document import outcome_document
from policylang.explain.text import Report


def first_line(result, wanted, lang="zh"):
    return Report(result, lang).explain(wanted).splitlines()[0]


def test_the_overview_in_chinese():
    assert rows(outcome()) == [
        "《人才站试行办法》",
        "时点：2025年7月1日 考核年度：2025年",
        "效力 施行中 第十二条",
        "设站条件 不符合 第四条（一）",
        "等级",
        "2024年 A级 第十条（一）",
        "2025年 不合格 第十条（一）",
        "经费",
        "补助 2024年 应给予，不超过10万元 第十一条",
        "补助 2025年 不给予 第十一条、第十条（一）",
        "奖金 2025年 应给予，8500元 第十一条",
        "2025年定额合计 8500元",
        "“不超过”是上限，不是应得的数额；具体数额由机关决定。",
        "期限和职责",
        "发放 未履行，2025年4月16日届满 第十一条",
        "每月推介 2025年5月 已履行，应1条，实2条，2025年5月31日届满 第十一条",
        "每月推介 2025年6月 未履行，应1条，实0条，2025年6月30日届满 第十一条",
        "每月推介 2025年7月 未到期，2025年7月31日届满 第十一条",
    ]


def test_the_overview_in_english():
    told = rows(outcome(), "en")
    assert told[1] == "as of 2025-07-01, assessment year 2025"
    for line in (
        "force yes Article 12", "eligible no Article 4(1)", "2024 A Article 10(1)",
        "grant 2024 due, at most CNY 100,000 Article 11", "exact sums for 2025: CNY 8,500",
        "pay not met, last day 2025-04-16 Article 11",
    ):  # fmt: skip
        assert line in told
    assert not any("第" in line for line in told)


def test_columns_are_aligned_by_display_width():
    text = Report(outcome(), "zh").overview()
    lines = [line for line in text.splitlines() if line.endswith(("第十二条", "第四条（一）"))]
    assert len({line.encode("gb18030").rindex("第".encode("gb18030")) for line in lines}) == 1


def test_reasons_in_chinese():
    told = said(outcome(), wanted="等级")
    assert told[:4] == [
        "等级（2024年）：A级。",
        "“A级”，依第十条（一）：",
        "引进人数30人以上（实为35人）〔市科技局核定〕",
        "“不合格”（第十条（二））不成立：",
    ]
    assert "“不合格”，依第十条（一）：没有其他规则成立。" in told
    assert "引进人数20人以上（实为19人，差1人）〔市科技局核定〕" in told
    assert "坏情形：否，见第十条（二）" in told
    assert "有名无实：否〔市科技局、市人才办认定〕" in told


def test_reasons_of_a_condition():
    told = said(outcome(), wanted="eligible")
    assert told == [
        "设站条件：不符合。",
        "第四条（一）（场所和人员） 不符合".replace(" ", "　"),
        "工作人员2人以上（实为1人，差1人）〔凭花名册〕",
        "第四条（二）　符合",
        "类别为高校（实为高校）〔设站单位填报〕",
    ]
    english = said(outcome(), "en", "设站条件")
    assert english[:3] == [
        "eligible: no.", "Article 4(1)  not met", "staff at least 2 people (found 1 people, 1 people short)〔evidenced by 花名册〕",
    ]  # fmt: skip


def test_overrides_consequences_warnings_and_chosen_readings():
    facts = {**FACTS, "nominal": True, "recruits": {"2025": 25}}
    told = said(outcome(facts=facts), wanted="grade")
    assert "“不合格”，依第十条（二）：" in told
    assert "“B级”（第十条（一））条件虽成立，另有条款优先。" in told
    assert "后果：发文公布" in told
    assert "读法：“情形”采用“不合格优先”（第十条（二）），理由：单列。" in told
    chosen = outcome(facts=facts, readings={"override": "count"})
    assert rows(chosen)[2] == "读法：情形——人数优先（办法采用的是另一读法）"
    assert rows(chosen, "en")[2] == "reading: override = count (not the adopted one)"
    assert "补助由机关决定。（第十一条）" in rows(chosen)
    assert "note (Article 11)" in rows(chosen, "en")


def test_what_is_still_missing():
    result = outcome(facts={"recruits": {"2025": 25}, "premises": True})
    told = rows(result)
    assert "2025年 待定：B级或不合格 第十条（一）、第十条（二）" in told
    assert "补助 2025年 待定：“3.6万元”或不给予 第十一条" in told
    assert told[told.index("还缺的事实") + 1 :][:2] == ["2025年 等级：有名无实", "2025年 奖金：类别"]
    assert "还缺：有名无实" in said(result, wanted="grade")
    assert "有名无实：待定〔待市科技局、市人才办认定〕" in said(result, wanted="grade")
    assert "missing: nominal" in said(result, "en", "grade")
    assert rows(outcome(facts={}))[3] == "设站条件 待定（未提供有关事实） 第四条（一）、第四条（二）"


def test_a_departure_is_possible_where_the_text_says_normally():
    result = outcome(facts={**FACTS, "staff": 3, "kind": "assoc"})
    assert rows(result)[3] == "设站条件 不符合（一般应具备，可由机关说明理由例外） 第四条（二）"
    assert rows(result, "en")[3] == "eligible no (a departure with reasons is possible) Article 4(2)"


def test_outside_the_force_of_the_measure():
    result = outcome(as_of=date(2023, 5, 1))
    assert rows(result)[3] == "设站条件 不符合（办法不在施行期） 第十二条"
    assert "依第十二条，效力为不在施行期。" in said(result, wanted="eligible")
    assert "Under Article 12, force is no." in said(result, "en", "eligible")


def test_duties():
    told = said(outcome(), wanted="pay")
    assert told == ["发放：未履行，2025年4月16日届满。", "依第十一条，由市科技局履行。", "办理：2025年4月20日"]
    assert "done on 2025-04-20" in said(outcome(), "en", "pay")
    assert (
        said(outcome(), "en", "monthly")[0]
        == "monthly (May 2025): met, required 1 posts, found 2 posts, last day 2025-05-31."
    )


def test_like_windows_are_drawn_together_and_unmet_ones_are_not():
    facts = "  起（from）：日期\n  推介（posts）：每月 数量（条）\n"
    article = "可 应当具备：起 不晚于 时点\n职责 每月推介（m）：每月 推介 1条以上，自 起"
    posts = {f"2025-{month:02}": 1 if month != 5 else 0 for month in range(1, 10)}
    result = small(facts, "  可（ok）：条件\n", article, {"from": "2025-01-05", "posts": posts}, as_of=date(2026, 3, 5))
    told = [row for row in rows(result) if row.startswith("每月推介")]
    assert told[0] == "每月推介 2025年1月至2025年4月 均已履行 第一条"
    assert told[1] == "每月推介 2025年5月 未履行，应1条，实0条，2025年5月31日届满 第一条"
    assert "每月推介 2025年10月至2026年2月 均待定 第一条" in told
    assert "2025年10月至2026年2月 每月推介：共5期的记载" in rows(result)
    assert "m January 2025 to April 2025 met throughout Article 1" in rows(result, "en")


def test_each_record_is_told():
    facts = "  名单（l）：清单（人）：\n    编号（id）：文本\n    认定（ok）：是否\n"
    article = "奖 给予 5万元，当 认定\n职责 报备（r）：认定，对每一 名单"
    given = {"l": [{"id": "张三", "ok": True}, {"ok": False}, {}]}
    result = small(facts, "  奖（m）：金额，对每一 名单\n", article, given)
    told = rows(result)
    assert "奖 2025年 张三 应给予，5万元 第一条" in told
    assert "奖 2025年 第3项 待定：“5万元”或不给予 第一条" in told
    assert any(row.startswith("报备 第2项 未履行") for row in told)
    assert any(line.startswith("奖（2025年，张三）：应给予，5万元。") for line in said(result))
    assert any("第3项" in row for row in told[told.index("还缺的事实") :])
    assert any(
        line.startswith("m (2025, no. 3): undetermined: “CNY 50,000” or nothing.") for line in said(result, "en")
    )


def test_shapes_of_money():
    facts = "  甲（a）：是否\n  基数（b）：金额\n  决定（d）：金额\n"
    outcomes = (
        "".join(f"  {name}：金额\n" for name in ("幅", "另", "外", "可", "默", "冲", "算", "升", "限"))
        + "  决：金额，决定额 决定\n"
    )
    article = (
        "幅 给予 5万元至20万元，当 甲\n另 给予 金额另定，当 甲\n外 给予 依 《奖励办法》，当 甲\n可 可给予 不超过10万元，当 甲\n"
        "默 未规定，当 甲\n算 给予 基数\n升 给予 幅升 提高20%\n限 给予 不超过 基数\n决 给予 不超过10万元，当 甲"
    ).replace("升 给予 幅升 提高20%", "升 给予 算 提高20%")
    article += "\n冲 给予 1万元，当 任一年度 甲\n冲 给予 2万元，当 甲 且 任一年度 甲"
    result = small(facts, outcomes, article, {"a": True, "d": 110_000})
    told = "\n".join(rows(result))
    for text in (
        "幅 2025年 应给予，5万元至20万元", "另 2025年 应给予，数额未定", "外 2025年 应给予，数额依《奖励办法》",
        "可 2025年 可以给予，不超过10万元", "默 2025年 办法没有规定", "冲 2025年 规则冲突",
        "决 2025年 应给予，不超过10万元；机关决定11万元，超出规定幅度",
    ):  # fmt: skip
        assert text in told, told
    assert "办法对此没有条文，须由解释机关答复。" in said(result, wanted="默")
    english = "\n".join(rows(result, "en"))
    for text in ("due, CNY 50,000 to CNY 200,000", "amount not stated", "amount under 《奖励办法》", "not regulated",
                 "conflicting rules", "may be granted, at most CNY 100,000", "decided CNY 110,000, outside the bounds"):  # fmt: skip
        assert text in english, english
    assert "The measure is silent; its interpreting body must answer." in said(result, "en", "默")
    reasons = said(result)
    assert "“5万元至20万元”，依第一条：" in reasons
    assert "“算提高20%”，依第一条：" in reasons
    assert "“未规定”，依第一条：" in reasons
    assert "“数额另定”，依第一条：" in reasons


def test_conflicts_and_nothing():
    article = "态 为 有，当 任一年度 数 1人以上\n态 为 无，当 任一年度 数 2人以上\n级 由 市人才办 评定，记于 结论"
    facts = "  数（n）：每年 数量（人）\n  结论（v）：每年 选项（优（top）、差（low）），空值表示 未考核\n"
    outcomes = "  态（s）：状态 有（on）、无（off）\n  级（g）：等级 优（top）＞差（low），每年\n"
    result = small(facts, outcomes, article, {"n": {"2025": 2}, "v": {"2025": None, "2024": "优"}})
    assert "态 规则冲突：有或无 第一条" in rows(result)
    assert "s conflicting rules: on or off Article 1" in rows(result, "en")
    assert "2025年 未考核 第一条" in rows(result)
    assert "2024年 优（机关评定） 第一条" in rows(result)
    assert "依第一条，由市人才办评定。" in said(result, wanted="级")
    assert "Assessed by 市人才办 under Article 1." in said(result, "en", "g")
    assert first_line(result, wanted="没有这一项") == "这次判断没有涉及这一项。"


def test_a_difference_between_what_is_assessed_and_derived_is_told():
    facts = "  数（n）：数量（人）\n  结论（v）：选项（优（top）、差（low））\n"
    article = "级 由 市人才办 评定，记于 结论\n级 为 优，当 数 3人以上\n级 为 差，其余情形"
    result = small(facts, "  级（g）：等级 优（top）＞差（low）\n", article, {"n": 1, "v": "优"})
    assert "注意：按规则推得“差”，与评定不一致。" in said(result)
    assert "Note: the rules give “low” instead." in said(result, "en")
    assert outcome_document(result)["decisions"][0]["derived"] == "low"


def test_what_is_to_be_repaid():
    facts = "  违规（bad）：是否，未记载视为 否\n"
    outcomes = "  退回（back）：金额，退回单位 设站单位\n"
    owed = small(facts, outcomes, "退回 给予 5000元，当 违规", {"bad": True})
    assert "退回 2025年 应退回，5000元 第一条" in rows(owed)
    assert "back 2025 to be repaid, CNY 5,000 Article 1" in rows(owed, "en")
    assert not any("合计" in row for row in rows(owed))
    free = small(facts, outcomes, "退回 给予 5000元，当 违规", {"bad": False})
    assert any(line.endswith("无须退回。") for line in said(free))
    assert any(line.endswith("nothing to be repaid.") for line in said(free, "en"))


def test_a_written_default_is_told():
    facts = (
        "  违规（bad）：是否，未记载视为 否\n  在册（listed）：是否，未记载视为 是\n"
        "  撤销日（gone）：日期，未记载视为 未发生\n  类（k）：选项（甲、乙），未记载视为 乙\n"
    )
    article = "可 应当具备：\n  违规\n  非 在册\n  撤销日 早于 时点\n  类 为 甲"
    result = small(facts, "  可（ok）：条件\n", article, {})
    told = "\n".join(said(result))
    for words in ("未记载，按否处理", "未记载，按是处理", "未记载，按未发生处理", "未记载，按乙处理"):
        assert words in told, told
    assert "not recorded, taken as never" in "\n".join(said(result, "en"))
    assert "处理" not in "\n".join(said(small(facts, "  可（ok）：条件\n", "可 应当具备：违规", {"bad": False})))


def test_paths_of_missing_facts_in_words():
    facts = (
        "  批准日（day）：日期\n  人数（n）：每年 数量（人）\n  数（k）：每年 数量（人）\n"
        "  名单（l）：清单（人）：\n    认定（ok）：是否\n"
    )
    outcomes = "  可（ok2）：条件\n  态（s）：状态 有（on）、无（off）\n  另（o）：条件\n"
    article = (
        "可 应当具备：\n  存在 名单 其中（认定）\n  人数 3人以上\n  批准日 后 5个工作日 不晚于 时点\n"
        "态 为 有，当 任一年度 数 1人以上\n态 为 无，当 任一年度 数 2人以上\n另 应当具备：态 为 有"
    )
    given = {"l": [{}], "day": "2026-12-30", "k": {"2025": 3}}
    result = small(facts, outcomes, article, given, as_of=date(2027, 6, 1))
    told = "\n".join(said(result))
    assert "名单第1项的认定" in told
    assert "2025年人数" in told
    assert "年工作日安排" in told
    assert "还缺：" in told
    english = "\n".join(said(result, "en"))
    assert "l[0].ok" in english
    assert "the working days of" in english


def test_many_clauses_are_drawn_together():
    limbs = "".join(f"\n  （{n}）甲" for n in "一二三四五")
    result = small("  甲（a）：是否\n", "  可（ok）：条件\n", f"可 应当具备：{limbs}", {"a": True})
    assert "可 符合 第一条（一）至第一条（五）" in rows(result)
    assert "ok yes Article 1(1) to Article 1(5)" in rows(result, "en")


def test_conditions_of_definitions_in_words():
    facts = "  甲（a）：是否\n  乙（b）：是否\n  数（n）：每年 数量（人）\n  级（v）：每年 选项（优、差）\n"
    outcomes = "  可（ok）：条件\n  补（m）：金额\n"
    article = (
        "补 给予 1万元，当 甲\n定义 数目：数，未记载时取 5人\n定义 门槛：3人，自 2025年1月1日 改为 9人\n"
        "可 应当具备：\n  补 应付\n  非 连续2次 （甲 且 （乙 或 非 甲））\n  数目 不少于 门槛\n  任一年度 （上年度 级 为 优）\n"
        "  甲 为 （乙 且 甲）\n  数目 × 2 超过 数目 － 1人"
    )
    result = small(facts, outcomes, article, {"a": False, "b": True, "n": {"2025": 4}, "v": {"2024": "差"}})
    told = "\n".join(said(result))
    assert "补应付" in told
    assert "数目不少于门槛" in told
    assert "差5人" in told
    assert Report(result, "en").explain()


def test_contradicting_facts_are_all_that_is_told():
    facts = "  起（from）：日期\n  止（to）：日期\n  须 止 不早于 起\n"
    result = small(facts, "  可：条件\n", "可 应当具备：起 不晚于 时点", {"from": "2025-02-01", "to": "2025-01-01"})
    assert rows(result)[2:] == ["事实互相矛盾，不作判断：", "to：“止”早于“起”"]
    assert rows(result, "en")[2:] == ["The facts contradict each other; nothing is decided:", "to: earlier than from"]
    assert Report(result, "zh").explain() == Report(result, "zh").overview()


def test_clauses_that_follow_one_another_are_drawn_together():
    facts = "".join(f"  事{n}（f{n}）：是否\n" for n in range(1, 7))
    article = "可 应当具备：\n  1．事1\n  2．事2\n  3．事3\n  4．事4\n  5．事5\n  6．事6"
    outcomes = "  可（ok）：条件\n"

    def cited(**given):
        result = small(facts, outcomes, article, {"f6": False, **given})
        return next(row for row in rows(result) if row.startswith("可")).split(" ")[-1]

    assert cited() == "第一条6"
    assert cited(f5=False) == "第一条5、第一条6"
    assert cited(f4=False, f5=False) == "第一条4至第一条6"
    assert cited(f1=False, f4=False, f5=False) == "第一条1、第一条4至第一条6"
    assert cited(f1=False, f3=False, f4=False) == "第一条1、第一条3、第一条4等4处"


def test_duties_nobody_has_filled_in_are_named_together():
    facts = "  甲事（a）：是否\n  乙事（b）：是否\n"
    article = "可 应当具备：甲事\n职责 甲职（x）：甲事\n职责 乙职（y）：乙事"
    result = small(facts, "  可（ok）：条件\n", article, {})
    assert "尚未填报：甲职、乙职" in rows(result)
    assert "nothing recorded: x, y" in rows(result, "en")


def test_a_list_without_items():
    facts = "  名单（l）：清单（人）：\n    认定（ok）：是否\n  事（a）：是否\n"
    article = "奖 给予 5万元，当 认定\n可 应当具备：事"
    outcomes = "  奖（m）：金额，对每一 名单\n  可（ok）：条件\n"
    result = small(facts, outcomes, article, {"l": []})
    assert first_line(result, wanted="m") == "“名单”一项也没有。"
    assert first_line(result, "m", "en") == "there is nothing on the list l."


def test_ranges_and_ceilings_are_said_to_be_no_entitlement():
    facts, outcomes = "  事（a）：是否\n", "  补（m）：金额\n  奖（n）：金额\n  可（ok）：条件\n"
    both = "可 应当具备：事\n补 给予 5万元至20万元\n奖 给予 不超过3万元，当 事"
    assert "幅度是上下限，具体数额由机关在幅度内决定。" in rows(small(facts, outcomes, both, {"a": False}))
    assert "“不超过”是上限，不是应得的数额；具体数额由机关决定。" in rows(small(facts, outcomes, both, {"a": True}))


def test_what_may_be_taken_away_is_not_told_as_an_amount():
    facts, outcomes = "  撤站（a）：是否\n  已拨付（b）：是否\n", "  补（m）：金额\n"
    article = "1．给\n  补 给予 2万元\n2．停\n  补 不给予，优先于 第一条1，当 撤站 且 非 已拨付"
    told = rows(small(facts, outcomes, article, {"a": True}))
    assert "补 2025年 待定：“2万元”或不给予 第一条1" in told, told
