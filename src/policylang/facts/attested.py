"""The part ``凭据`` of a facts file: who vouches for which of the facts, when, on what paper, where it is kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from policylang.facts.forms import Fault, wrong
from policylang.facts.model import EVERY_YEAR, Attestation
from policylang.facts.nodes import Mapping, Node, Scalar, is_null, quote
from policylang.facts.paths import FactPath, find_path
from policylang.facts.typed import MAX_ERRORS, Place, Reader
from policylang.semantics import ir
from policylang.semantics.types import Day, Text
from policylang.source.diagnostic import Diagnostic, Message, warning

if TYPE_CHECKING:
    from collections.abc import Mapping as AbstractMapping

    from policylang.facts.model import FactValue

_BY = ir.Fact("核实机关", "by", Text())
_ON = ir.Fact("核实日期", "on", Day())
_DOCUMENT = ir.Fact("文号", "document", Text())
_KEPT = ir.Fact("存放", "kept", Text())
_PARTS = (_BY, _ON, _DOCUMENT, _KEPT)

_EXAMPLE = Message(
    "例如“{核实机关: 市科技局, 核实日期: 2025-01-08, 文号: 柳科〔2025〕3号, 存放: 附件3}”",
    "as in {by: …, on: 2025-01-08, document: …, kept: …}",
)
#: What the policy lets a body say; what a station declares somebody else may verify.
_SAYS = {"counted": "核定", "judged": "评判", "found": "认定", "decided": "决定"}


class AttestationReader:
    """Reads the evidence for facts that have been read; mistakes go to the reader of the facts.

    ``values`` are the facts by id. While there are mistakes in them (not ``sound``), nothing is said about evidence
    without a fact, which may be among what is mistaken.
    """

    def __init__(
        self, reader: Reader, policy: ir.Policy, values: AbstractMapping[str, FactValue], *, sound: bool
    ) -> None:
        self.warnings: list[Diagnostic] = []
        self._reader = reader
        self._policy = policy
        self._values = values
        self._sound = sound

    def read(self, node: Node | None) -> dict[str, Attestation]:
        """The attestations by the path of what they vouch for, in ids."""
        found: dict[str, Attestation] = {}
        if node is None or is_null(node):
            return found
        if not isinstance(node, Mapping):
            message = Message("“凭据”应当逐行写作“事实: {核实机关: …}”", "must be a mapping of facts")
            self._reader.report("evidence", message, node, help_=_EXAMPLE)
            return found
        first: dict[str, Scalar] = {}
        for key, value in node.entries:
            path = find_path(self._policy, key.text)
            if isinstance(path, Fault):
                message = Message(f"“凭据”写的“{quote(key.text)}”不对：{path.message.zh}", path.message.en)
                self._reader.report(f"evidence.{quote(key.text)}", message, key, path.code, path.help)
            elif str(path) in first:
                message = Message(f"“{path.zh}”的凭据写了两次", f"given twice, as {first[str(path)].text} and {key.text}")
                self._reader.report(f"evidence.{path}", message, key, "duplicate-key", first=first[str(path)])
            else:
                first[str(path)] = key
                one = self._one(path, key, value)
                if one is not None and self._recorded(path, key):
                    found[str(path)] = one
        return found

    def _one(self, path: FactPath, key: Scalar, node: Node) -> Attestation | None:
        if is_null(node):
            return None
        if not isinstance(node, Mapping):
            message = Message(f"“{path.zh}”的凭据应当写明核实机关、核实日期、文号或者存放", "must be a mapping")
            self._reader.report(f"evidence.{path}", message, node, help_=_EXAMPLE)
            return None
        here = Place(f"evidence.{path}.", f"“{path.zh}”的凭据")
        said: dict[str, object] = {}
        for part, value in self._reader.members(_PARTS, node, here, ("项目", "key"), "unknown-key"):
            spot = Place(f"{here.path}{part.id}", f"{here.zh}的“{part.name}”")
            said[part.id] = None if is_null(value) else self._reader.scalar(part.type, value, spot)
            if part is _ON and said["on"] is not None and not isinstance(said["on"], date):
                why = wrong(Day())
                self._reader.report(spot.path, Message(f"{spot.zh}{why.message.zh}", why.message.en), value, why.code)
        texts = {part.id: text for part in (_BY, _DOCUMENT, _KEPT) if isinstance(text := said.get(part.id), str)}
        on = said.get("on")
        one = Attestation(on=on if isinstance(on, date) else None, **texts)
        self._check_body(path, one, key, node)
        return None if one == Attestation() else one

    def _check_body(self, path: FactPath, one: Attestation, key: Scalar, node: Mapping) -> None:
        """A warning where somebody else vouches than the policy says."""
        source = (path.field or path.fact).source
        if one.by is None or source.kind not in _SAYS or set(one.by.split("、")) <= set(source.bodies):
            return
        at = next((value for name, value in node.entries if name.text in (_BY.name, _BY.id)), key)
        named = "、".join(source.bodies)
        self._warn(
            "evidence-by-other",
            at,
            f"“{path.zh}”按办法应由{named}{_SAYS[source.kind]}，凭据写的是“{quote(one.by)}”",
            f"{path} is for {', '.join(source.bodies)} to say, the evidence is by {quote(one.by)}",
            Message("请核对；核实机关写办法里的名称", "check it; name the body as the policy does"),
        )

    def _recorded(self, path: FactPath, key: Scalar) -> bool:
        """Whether what the evidence is for is recorded; if not, that is said."""
        if not self._sound:
            return False
        fact, value = path.fact, self._values.get(path.fact.id)
        if isinstance(value, tuple) and path.item is not None and path.item >= len(value):
            zh = f"“{fact.name}”只有{len(value)}项，没有第{path.item + 1}项，凭据写错了地方"
            message = Message(zh, f"{fact.id} has {len(value)} items")
            help_ = Message("方括号里从0数起，第1项写作[0]", "items count from 0")
            self._reader.report(f"evidence.{path}", message, key, "unknown-fact", help_)
            return False
        if isinstance(value, dict) and path.period is not None and not value.keys() & {path.period.key, EVERY_YEAR}:
            zh = f"“事实”没有记载{path.zh}，凭据写错了{'年度' if fact.series == 'year' else '时期'}"
            self._reader.report(f"evidence.{path}", Message(zh, "not recorded"), key, "unknown-fact")
            return False
        missing = value is None
        if isinstance(value, tuple) and path.item is not None and path.field is not None:
            missing = path.field.id not in value[path.item]
        if missing:
            self._warn(
                "evidence-not-recorded",
                key,
                f"“凭据”写了“{path.zh}”，“事实”里没有记载这一项",
                f"there is evidence for {path}, which is not recorded",
                Message("在“事实”里写上这一项，或者删去这条凭据", "record the fact, or remove its evidence"),
            )
        return not missing

    def _warn(self, code: str, node: Node, zh: str, en: str, help_: Message) -> None:
        if len(self.warnings) < MAX_ERRORS:
            self.warnings.append(warning(code, node.span, zh, en, help_zh=help_.zh, help_en=help_.en))
