"""What each key of the published JSON Schemas means, in Chinese: a key means the same wherever it stands."""

from __future__ import annotations

from typing import Any

_MEANINGS = {
    "schema": "文档的格式和版本",
    "engine": "程序的版本",
    "policy": "所依据的办法",
    "id": "标识",
    "title": "办法的名称",
    "sha256": "文件的 SHA-256",
    "calendar": "工作日历的版本",
    "as_of": "时点",
    "assessment_year": "考核年度",
    "readings": "各处疑义采用的读法：标识和选项",
    "input": "事实是否可以据以判断",
    "ok": "没有互相矛盾的事实",
    "errors": "互相矛盾的事实；不空时没有作出判断",
    "path": "事实的路径",
    "message": "说明",
    "zh": "中文",
    "en": "英文",
    "decisions": "条件、等级、状态的结果",
    "money": "经费的结果",
    "duties": "职责的结果",
    "warnings": "提示",
    "warnings_gained": "换一种读法后多出的提示",
    "warnings_lost": "换一种读法后没有了的提示",
    "outcome": "结果的标识",
    "line": "经费的标识",
    "duty": "职责的标识",
    "name": "名称",
    "kind": "种类",
    "year": "年度；不按年度的没有",
    "period": "时期，如 2024、2024Q1、2024-03；不按时期的没有",
    "record": "关于清单的第几项，从0起；不按项的没有",
    "ref": "这一项的编号，或者在清单里的位置",
    "label": "取值的名称；未定的没有",
    "possible": "还可能的取值",
    "missing": "还缺的事实",
    "unknown": "还缺的全部事实",
    "failed": "不成立的判断",
    "open": "尚不能定的判断",
    "clauses": "依据的条款",
    "clause": "条款",
    "relied_on": "另外用到的条款，如定义",
    "basis": "推得（derived）、机关评定（attested）、尚缺事实（missing）",
    "overridable": "一般应具备，机关可以说明理由例外",
    "consequences": "后果",
    "tested": "各条规则是否成立、是否生效",
    "value": "规则给出的结果",
    "holds": "条件是否成立；待定的为 null",
    "active": "是否生效（成立而且没有别的条款优先）；待定的为 null",
    "test": "判断，以标识书写",
    "text": "文字",
    "actual": "查明的",
    "required": "要求的",
    "short_by": "差多少；负数为超出",
    "derived": "按规则推得而与机关评定不同的取值",
    "bounds": "数量的可能范围：最少、最多",
    "status": "应给予、可以给予、不给予、待定、规则冲突",
    "unregulated": "办法没有规定",
    "amount": "确定的数额",
    "min": "幅度的下限",
    "document": "另定数额或者作为依据的文件",
    "once": "一次性的",
    "paid_by": "由谁发放",
    "paid_from": "列支渠道",
    "pay_year": "发放的年度",
    "decided": "机关已经定下的数额",
    "out_of_bounds": "机关定下的数额超出规定",
    "result": "结果：已履行、未履行、未到期、待定、不适用",
    "due": "最后一日",
    "obligor": "由谁履行",
    "reading": "疑义的标识",
    "question": "疑义",
    "options": "各种读法",
    "option": "读法的标识",
    "reason": "理由",
    "changes": "换一种读法后变了的结果",
    "before": "原来的结果；没有的为 null",
    "after": "换一种读法后的结果；没有的为 null",
}


def described(schema: Any) -> Any:
    """The schema, with the meaning of each key that has no description of its own."""
    match schema:
        case {"properties": dict(properties)}:
            told = {
                key: part if "description" in part else {"description": _MEANINGS[key], **part}
                for key, part in ((key, described(part)) for key, part in properties.items())
            }
            rest = {key: part if key == "properties" else described(part) for key, part in schema.items()}
            return {**rest, "properties": told}
        case dict():
            return {key: described(part) for key, part in schema.items()}
        case list():
            return [described(part) for part in schema]
        case _:
            return schema
