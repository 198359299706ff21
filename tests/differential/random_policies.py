"""Policies made up from a seed, with every construct of the language: no two runs of one seed differ."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from policylang.compiler import compile_policy

if TYPE_CHECKING:
    from random import Random

    from policylang.semantics import ir

FACTS = """事实
  甲（a）：是否
  乙（b）：是否
  丙（c）：是否，未记载视为 否
  人数（n）：数量（人）
  名额（m）：数量（人）
  比例（r）：数量（%）
  类别（k）：选项（高校（uni）、协会（assoc）、其他（other））
  来源（src）：选项（内（home）、外（away）），未记载视为 内
  学历（d）：选项（博士（phd）＞硕士（msc）＞本科（ba））
  批准日（day）：日期
  撤销日（gone）：日期，未记载视为 未发生
  完成日（done）：日期
  经费（fee）：金额
  核定额（fixed）：金额，由 市财政局 决定
  材料（p）：多选（申请书（form）、合同（deal）、证书（card））
  城市（city）：文本
  籍贯（native）：文本
  结论（v）：每年 选项（优（top）＞良（mid）＞差（low）），空值表示 未考核
  评定结果（verdict）：每年 选项（A级（A）、B级（B）、C级（C）），空值表示 未评
  逐年人数（w）：每年 数量（人）
  投入（spent）：每年 金额
  合规（z）：每年 是否
  年审日（checked）：每年 日期，空值表示 未审
  推介（posts）：每月 数量（条）
  活动（events）：每季度 数量（次），空值表示 未办
  名单（l）：清单（人）：
    级别（x）：选项（一（one）＞二（two））
    数目（q）：数量（人）
    认定项（y）：是否
    入选日（since）：日期，未记载视为 未发生
    离开日（left）：日期
    奖额（sum）：金额
    年份（made_in）：数量（年）
    单位名（unit）：文本
  项目（j）：清单（项），未记载视为 未发生：
    件数（cnt）：数量（件）
    完结（over）：是否，未记载视为 否
"""
READINGS = """第九十条
  疑义 口径（how）：“怎样算？”
    采用 宽（wide）：“合理”
    另解 严（strict）：“字面”
"""
#: Beyond the calendar of working days on both sides, too.
FIRST, LAST = date(2003, 6, 1), date(2028, 6, 30)


class Maker:
    """Makes one policy."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.conditions: list[str] = []  # what earlier statements gave names to
        self.sums: list[str] = []
        self.about_records: list[str] = []

    def one(self, *parts: str) -> str:
        return self.rng.choice(parts)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # values

    def count(self, unit: str = "人") -> str:
        return f"{self.rng.randint(0, 6)}{unit}"

    def day(self) -> str:
        first, last = (FIRST, LAST) if self.chance(0.1) else (date(2021, 1, 1), date(2026, 12, 31))
        found = first + timedelta(days=self.rng.randrange((last - first).days))
        return f"{found.year}年{found.month}月{found.day}日"

    def test(self, unit: str = "人") -> str:
        number = self.count(unit)
        return self.one(
            f"{number}以上", f"{number}以下", f"不少于{number}", f"不超过{number}", f"超过{number}", f"不满{number}",
            f"为 {number}",
        )  # fmt: skip

    def day_test(self) -> str:
        return f"{self.one('不早于', '早于', '不晚于', '晚于')} {self.any_day()}"

    def period(self) -> str:
        return self.one("1年", "2年", "1个月", "13个月", "900日", "30日", "3个工作日", "20个工作日", "1日")

    def own_day(self) -> str:
        return self.one("批准日", "撤销日", "完成日", "年审日", "批准日")

    def any_day(self) -> str:
        return self.one(
            self.day(), self.day(), "时点", self.own_day(), f"（{self.own_day()} 后 {self.period()}）",
            f"（{self.own_day()} 前推 {self.period()}）", f"最晚（批准日、{self.own_day()}）", f"最早（{self.day()}、完成日）",
            "最晚 名单 的 入选日", "最早 名单 的 离开日", f"最晚 名单 的 入选日 其中（{self.record(1)}）",
        )  # fmt: skip

    def number(self) -> str:
        """A number of people."""
        return self.one(
            "人数", "名额", "逐年人数", "人数 ＋ 名额", "人数 － 名额", "人数 × 2", "（人数 ＋ 1人） × 3", "上年度 逐年人数",
            "逐年人数 ＋ 上年度 逐年人数", "计数 名单", "总计 名单 的 数目", f"计数 名单 其中（{self.record(1)}）",
            f"总计 名单 的 数目 其中（{self.record(1)}）", f"最多 名单 的 数目 其中（{self.record(1)}）", "最少 名单 的 数目",
        )  # fmt: skip

    def money(self, depth: int = 1) -> str:
        """A sum."""
        plain = [
            f"{self.rng.randint(1, 9)}万元", f"{self.rng.randint(1, 9)}.{self.rng.randint(1, 9)}万元", f"{self.rng.randint(0, 20_000)}元",
        ]  # fmt: skip
        if depth <= 0 or self.chance(0.5):
            return self.one(*plain)
        return self.one(
            *plain, "经费", "投入", "1万元 × 人数", "经费 的 50%", "经费 × 比例", "经费 的 12.5%", "投入 ＋ 上年度 投入",
            "总计 名单 的 奖额", f"总计 名单 的 奖额 其中（{self.record(1)}）", f"（{self.money(0)} ＋ 经费） 的 30%",
            f"经费 － {self.money(0)}", "500元 × 逐年人数", "最多 名单 的 奖额", *self.sums,
        )  # fmt: skip

    # conditions

    def yearly(self) -> str:
        return self.one(
            f"结论 {self.one('为 优', '为 差', '不为 良', '不低于 良', '低于 良', '高于 差', '属于 优、良')}",
            f"逐年人数 {self.test()}", "合规", "合规", f"年审日 {self.day_test()}", f"投入 {self.one('1万元以上', '不满2万元')}",
            f"评定结果 {self.one('为 A级', '属于 A级、B级')}", f"总计 推介 {self.test('条')}", f"总计 活动 {self.test('次')}",
        )  # fmt: skip

    def record(self, depth: int = 2) -> str:
        """A condition on a record."""
        leaf = self.one(
            "认定项", f"级别 {self.one('为 一', '不低于 二', '低于 一')}", f"数目 {self.test()}", f"入选日 {self.day_test_plain()}",
            f"离开日 {self.day_test_plain()}", f"奖额 {self.one('1万元以上', '不满2万元', '不超过 经费')}", "年份 为 本年度",
            "年份 不超过 本年度", "入选日 的年度 为 本年度", "入选日 在本期", "非 离开日 早于 入选日", f"单位名 {self.text()}",
            "单位名 为 城市", "甲", *self.about_records,
        )  # fmt: skip
        if depth <= 1 or self.chance(0.5):
            return leaf
        return self.joined([leaf, self.record(depth - 1)])

    def day_test_plain(self) -> str:
        return f"{self.one('不早于', '早于', '不晚于', '晚于')} {self.one(self.day(), '时点', '批准日')}"

    def text(self) -> str:
        return self.one("为 “泸州”", "不为 “柳州”", "形如 “…州”", "形如 “柳…”", "形如 “柳…市…区”")

    def joined(self, parts: list[str]) -> str:
        word = self.one(" 且 ", " 或 ")
        return "（" + word.join(f"（{part}）" for part in parts) + "）"

    def leaf(self) -> str:
        own = self.conditions
        if own and self.chance(0.35):
            return self.rng.choice(own)
        if self.chance(0.25):
            return self.one("甲", "乙", "丙", "甲 为 否", "口径 读作 宽", "口径 读作 严", "存在 名单", "存在 项目 其中（完结）")
        return self.one(
            f"人数 {self.test()}", f"{self.number()} {self.test()}", f"{self.number()} {self.one('不超过', '超过', '不少于', '为')} {self.number()}",
            f"比例 {self.one('20%以上', '不超过 50%', '超过12.5%', '为 20%')}", f"经费 {self.one('1万元以上', '不满2万元', '为 1.5万元', '不超过 投入')}",
            f"类别 {self.one('为 高校', '不为 协会', '属于 高校、协会')}", f"来源 {self.one('为 内', '不为 内')}",
            f"学历 {self.one('为 硕士', '不低于 硕士', '低于 硕士', '高于 本科', '属于 博士、本科')}",
            f"{self.own_day()} {self.day_test()}", f"时点 {self.one('不晚于', '晚于')} {self.own_day()} 后 {self.period()}",
            f"{self.own_day()} 的年度 {self.one('不少于', '为', '超过')} {self.rng.randint(2020, 2026)}年",
            f"{self.own_day()} 的年度 {self.one('为', '不超过')} 本年度", f"{self.own_day()} 在本期", f"城市 {self.text()}", "城市 为 籍贯",
            f"材料 含 {self.one('申请书', '合同', '证书')}", self.yearly(), self.yearly(), f"上年度 （{self.yearly()}）", f"考核年度 （{self.yearly()}）",
            f"{self.one('连续2年', '连续3年', '连续2次', '连续3次')} （{self.past()}）", f"任一年度 （{self.past()}）", f"最近一次 （{self.past()}）",
            f"存在 名单 其中（{self.record()}）", f"计数 名单 其中（{self.record()}） {self.test()}", f"总计 项目 的 件数 {self.test('件')}",
            f"{self.money()} {self.one('不少于', '超过', '不满')} {self.money()}",
        )  # fmt: skip

    def past(self) -> str:
        return self.one(
            "结论 为 差", "结论 低于 良", f"结论 为 差 且 逐年人数 {self.test()}", "非 合规", self.yearly(), self.yearly(),
            *(c for c in self.conditions if " 为 " not in c),
        )  # fmt: skip

    def condition(self, depth: int = 2) -> str:
        if depth <= 0 or self.chance(0.4):
            return self.leaf()
        if self.chance(0.25):
            return f"非 （{self.condition(depth - 1)}）"
        return self.joined([self.condition(depth - 1) for _ in range(self.rng.randint(2, 3))])

    # statements

    def limbs(self) -> str:
        found = []
        for _ in range(self.rng.randint(1, 3)):
            limb = self.condition(1)
            found.append(f"    {limb}" + (f"，适用于 {self.condition(1)}" if self.chance(0.3) else ""))
        return "\n".join(found)

    def definitions(self) -> list[str]:
        found = []
        for number in range(self.rng.randint(0, 3)):
            name = f"义{number}"
            if self.chance(0.25):
                found += [f"定义 {name}：{self.condition(1)}，当 {when}" for when in ("口径 读作 宽", f"口径 读作 严 且 （{self.condition(1)}）")]
            else:
                other = f"，未记载时取 {self.condition(1)}" if self.chance(0.3) else ""
                found.append(f"定义 {name}：{self.condition(1)}{other}")
            self.conditions.append(name)
        if self.chance(0.5):
            found.append(f"定义 实数：人数，未记载时取 {self.one('计数 名单', '逐年人数', '名额', '总计 名单 的 数目 其中（认定项）')}")
            found.append(f"定义 门槛：{self.count()}，自 {self.day()} 改为 {self.count()}")
            self.conditions.append("实数 不少于 门槛")
        if self.chance(0.5):
            parts = ["总计 名单 的 数目", f"计数 名单 其中（{self.record(1)}）", "逐年人数 ＋ 1人", "人数", "最多 名单 的 数目", f"总计 名单 的 数目 其中（{self.record(1)}）"]
            found.append(f"定义 两数：{'，未记载时取 '.join(self.rng.sample(parts, self.rng.randint(2, 3)))}")
            self.conditions += [f"两数 {self.test()}", f"两数 {self.one('不超过', '为', '超过')} {self.one('人数', '名额')}"]
            self.sums.append("1万元 × 两数")
        if self.chance(0.5):
            found.append(f"定义 额数：{self.money()}" + (f"，未记载时取 {self.money()}" if self.chance(0.4) else ""))
            self.sums.append("额数")
        if self.chance(0.3):
            found += [f"定义 两额：{self.money()}，当 {self.condition(1)}", f"定义 两额：{self.money()}，当 {self.condition(1)}"]
            self.sums.append("两额")
        if self.chance(0.4):
            found.append(f"定义 合格项：{self.record()}")
            self.about_records.append("合格项")
        if self.chance(0.4):
            found.append(f"定义 起日：{self.any_day()}" + ("，未记载时取 完成日" if self.chance(0.5) else ""))
            self.conditions.append(f"起日 {self.one('不晚于', '早于')} 时点")
        return found

    def grade(self, name: str, clause: str) -> list[str]:
        """A grade of three levels, by rules or by a table."""
        if self.chance(0.3):
            rows = [("A级", 5), ("B级", 3), ("C级", 1)][: self.rng.randint(1, 3)]
            more = self.one("不限", "甲", "是")
            head = "甲" if more == "是" else "学历"
            lines = [f"{name} 按表：", f"    | 逐年人数 | {head} | {name} |"]
            lines += [f"    | {least}人以上 | {self.one('不限', '是', '否') if head == '甲' else self.one('不限', '硕士', '博士')} | {level} |" for level, least in rows]
            found = ["\n".join(lines)]
        else:
            found = [f"{name} 为 {level}，当 {self.condition()}" for level in self.rng.sample(["A级", "B级", "C级"], self.rng.randint(1, 3))]
        if self.chance(0.5):
            found.append(f"{name} 为 C级，其余情形")
        if self.chance(0.4):
            found.append(f"{name} 为 {self.one('C级', 'B级')}，优先于 {clause}，当 {self.condition(1)}")
        return found

    def amount(self) -> str:
        return self.one(
            self.money(2), self.money(2), f"不超过 {self.money()}", f"{self.rng.randint(1, 4)}万元至{self.rng.randint(5, 9)}万元", "金额另定",
            "依 《另一办法》", f"经费 至 {self.rng.randint(5, 9)}万元",
        )  # fmt: skip

    def in_table(self) -> str:
        return self.one(self.money(0), f"不超过 {self.money(0)}", "2万元至5万元", "金额另定", "1万元 × 人数", "经费")

    def line(self, name: str, clause: str, *, amounts: str | None = None) -> list[str]:
        """The rules of a money line."""
        amount = amounts or self.amount()
        found = [f"{name} {self.one('给予', '给予', '可给予')} {amount}，当 {self.condition()}"]
        if self.chance(0.3):
            same = amount if self.chance(0.5) else self.amount()
            found.append(f"{name} {self.one('给予', '可给予')} {same}，当 {self.condition()}")
        if self.chance(0.3):
            found.append(f"{name} 给予 {self.amount()}，其余情形")
        if self.chance(0.3):
            found.append(f"{name} 不给予，优先于 {clause}，当 {self.condition(1)}")
        if self.chance(0.1):
            found.append(f"{name} 未规定，当 {self.condition(1)}")
        return found

    def duties(self) -> list[str]:
        since = self.one("", "", "，自 批准日", "，自 批准日，首期不满不计", "，自 批准日，至 撤销日")
        applies = f"，适用于 {self.condition(1)}" if self.chance(0.5) else ""
        done = self.one("", "，完成于 完成日", "，完成于 撤销日")
        every = [
            f"职责 月推（monthly）：每月 推介 {self.test('条')}{since}{applies}",
            f"职责 季办（quarterly）：每季度 活动 {self.test('次')}{since}{applies}",
            f"职责 年数（annual）：每年 {self.yearly()}{since}{applies}",
            f"职责 随时（always）：{self.condition(1)}{applies}",
            f"职责 逐项（each）：{self.record()}，对每一 名单{applies}",
            f"期限 工日（work）：{self.own_day()} 起 {self.rng.randint(1, 60)}个工作日内{done}{applies}",
            f"期限 满日（full）：批准日 起 满{self.one('5个工作日', '3日', '1个月')}{done}{applies}",
            f"期限 月内（months）：{self.own_day()} 起 {self.one('1个月', '15日', '2年')}内{done}{applies}",
            f"期限 次年（next）：下年度 {self.one('2月29日', '1月15日')}前{self.one(done, '，完成于 年审日')}，每年{applies}",
            f"期限 当年（this）：本年度 12月31日前{done}{applies}",
            f"期限 定日（by）：（{self.any_day()}） 前{done}{applies}",
            "\n".join(
                f"期限 分情（ways）：批准日 起 {months}个月内，完成于 完成日，适用于 {when}"
                for months, when in ((1, "口径 读作 宽"), (2, f"口径 读作 严 且 {self.condition(0)}"))
            ),
            f"职责 项目做（job）：每年 逐年人数 {self.test()}，自 （批准日 后 1年）{applies}",
        ]  # fmt: skip
        return self.rng.sample(every, self.rng.randint(1, 5))

    def outcomes(self) -> str:
        guarded = self.one("", "", "，须在施行期内", "，须在施行期内 或 甲")
        return "".join(
            f"  {line}\n"
            for line in (
                "力（force）：效力 施行（in_force）、未施行（out_of_force）",
                f"可（ok）：条件{guarded}",
                "宜（fit）：条件",
                f"级（g）：等级 A级（A）＞B级（B）＞C级（C），每年{self.one('', '，自 批准日')}",
                "总级（h）：等级 A级（A）＞B级（B）＞C级（C）",
                "态（s）：状态 有效（on）、整改（fix）、撤销（off）",
                "年可（yearly_ok）：条件，每年",
                "年态（yearly_state）：状态 好（fine）、坏（poor），每年",
                f"补（plain）：金额{self.one('', '，决定额 核定额')}",
                f"年补（yearly）：金额，每年{self.one('', '，自 批准日')}",
                "首补（once）：金额，每年，一次性",
                "基补（base）：金额，按时点年度",
                "提补（rise）：金额，按时点年度",
                "奖（award）：金额，对每一 名单",
                f"年奖（prize）：金额，每年，对每一 名单{self.one('', '，一次性')}",
            )
        )

    def text_of_policy(self) -> str:
        rng = self.rng
        blocks = ["办法 t 《试行办法》\n", FACTS, "  须 完成日 不早于 批准日\n" if self.chance(0.5) else "", "结果\n", self.outcomes()]
        articles: list[list[str]] = [self.definitions()]
        force = [f"力 为 施行，当 时点 {self.one('不早于', '早于')} {self.one('批准日', self.day())}"]
        if self.chance(0.6):
            force.append(f"力 为 未施行，{self.one('其余情形', '当 时点 早于 批准日', '当 乙')}")
        articles.append(force)
        word = self.one("应当具备", "一般应具备", "一般应具备，不得例外如 口径 读作 严", f"一般应具备，不得例外如 {self.condition(0)}")
        articles.append([f"可 {word}：\n{self.limbs()}", f"可 应当具备：\n{self.limbs()}"][: rng.randint(1, 2)])
        self.conditions += ["可", "非 可", "力 为 施行"]
        articles.append(self.grade("级", "第四条"))
        if self.chance(0.4):
            articles[-1].append("级 由 市科技局 评定，记于 评定结果")
        self.conditions += ["级 为 A级", "级 不低于 B级", "级 属于 A级、C级", "上年度 级 为 B级", "连续2年 级 为 C级", "任一年度 级 为 A级"]
        fit = [f"宜 一般应具备：\n{self.limbs()}", f"年可 {self.one('应当具备', '一般应具备')}：\n{self.limbs()}"]
        fit.append(f"年态 为 好，当 {self.condition()}")
        fit += self.one("年态 为 坏，其余情形", "年态 为 坏，优先于 第五条，当 甲", "注：“空”").splitlines()
        articles.append(fit)
        articles.append(self.grade("总级", "第六条") if self.chance(0.6) else [])
        self.conditions += ["宜", "年可", "上年度 年可", "年态 为 坏", "任一年度 年态 为 好"]
        state = [f"态 为 有效，当 {self.condition()}"]
        state += self.one("", "态 为 整改，其余情形", f"态 为 整改，当 {self.condition(1)}", "态 未规定，当 籍贯 为 “柳州”").splitlines()
        if self.chance(0.5):
            state.append(f"态 为 撤销，优先于 第七条，当 {self.condition()}")
        articles.append(state)
        self.conditions += ["态 为 有效", "态 属于 整改、撤销"]
        articles.append(self.line("补", "第八条"))
        self.conditions.append("补 应付")
        if self.chance(0.5):
            self.sums.append("补")
        if self.chance(0.4):
            table = [
                "年补 按表 给予，当 甲：", "    | 级 | 逐年人数 | 年补 |", f"    | A级 | 不限 | {self.in_table()} |",
                f"    | B级 | 3人以上 | {self.in_table()} |", f"    | B级 | 不满3人 | {self.in_table()} |",
            ]  # fmt: skip
            articles.append(["\n".join(table)])
        else:
            articles.append(self.line("年补", "第九条"))
        self.conditions.append("年补 应付")
        articles.append(self.line("首补", "第十条"))
        articles.append([f"基补 给予 {self.one('3万元', '经费', self.money())}" + self.one("", f"，当 {self.condition(1)}")])
        if self.chance(0.6):
            grows = self.one("", "", "，逐年累进如 口径 读作 宽", "，逐年累进如 甲", "，逐年累进如 非 乙")
            articles.append([f"提补 给予 基补 提高{self.one('20%', '12.5%', '10%')}，当 {self.one('上年度 （' + self.yearly() + '）', self.yearly())}{grows}"])
        else:
            articles.append(self.line("提补", "第十二条"))
        award = [f"奖 {self.one('给予', '可给予')} {self.one('1万元', '奖额', '1万元 × 数目', '不超过 奖额', self.money(2))}，当 {self.record(3)}"]
        if self.chance(0.3):
            award.append(f"奖 不给予，优先于 第十三条，当 {self.record()}")
        articles.append(award)
        self.about_records.append("奖 应付")
        prize = [f"年奖 给予 {self.one('2万元', '奖额 的 50%')}，当 {self.record(2)}"]
        if self.chance(0.4):
            prize.append(f"年奖 给予 {self.one('2万元', '3万元')}，当 {self.record(2)}")
        articles.append(prize)
        self.conditions += ["存在 名单 其中（奖 应付）"]
        articles.append(self.duties())
        articles.append([f"提示 提{n}：“注意。”，当 {self.condition()}" for n in range(rng.randint(0, 3))])
        for number, statements in enumerate(articles, 1):
            blocks.append(f"第{_numeral(number)}条\n")
            blocks += [f"  {line}\n" for statement in statements or ["注：“空”"] for line in statement.split("\n")]
        return "".join(blocks) + READINGS


def _numeral(number: int) -> str:
    digits = "〇一二三四五六七八九"
    return digits[number] if number < 10 else "十" + (digits[number - 10] if number > 10 else "")


def policy_text(rng: Random) -> str:
    """The text of a policy; it may break a rule of the language, such as a circle of definitions."""
    return Maker(rng).text_of_policy()


def random_policy(rng: Random, tries: int = 50) -> tuple[str, ir.Policy]:
    """A sound policy and its text."""
    for _ in range(tries):
        text = policy_text(rng)
        found = compile_policy(text.encode(), "random.pol")
        if found.policy is not None and not any(d.severity.value == "error" for d in found.diagnostics):
            return text, found.policy
    raise AssertionError(f"no sound policy in {tries}")
