"""Values over a list of records or over the periods of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.semantics import ir
from policylang.semantics.types import Boolean, Day, Money, Number, Records, Type

if TYPE_CHECKING:
    from policylang.semantics.expressions import Expressions
    from policylang.syntax import ast

Typed = tuple[ir.Expr, Type]


def aggregate(resolver: Expressions, written: ast.Aggregate) -> Typed | None:
    """计数, 总计, 存在, 最早, 最晚, 最少, 最多 over a list, or 总计 of a fact kept by month or quarter."""
    records = resolver.scope.facts.get(written.records.text)
    if records is None:
        resolver.scope.report(resolver.scope.unknown(written.records))
        return None
    if written.kind == "total" and written.field is None:
        return _series_total(resolver, records, written)
    if not isinstance(records.type, Records):
        resolver._mismatch(written.records.span, records.type, None)
        return None
    inner = type(resolver)(resolver.scope, resolver.clause, records.id)
    where = inner.condition(written.where) if written.where is not None else None
    if written.where is not None and where is None:
        return None
    if written.kind == "exists":
        return ir.Aggregate("exists", records.id, None, where, written.span), Boolean()
    if written.field is None:
        return ir.Aggregate("count", records.id, None, where, written.span), Number(records.type.unit)
    summed = resolver.scope.field_of(records.id, written.field.text)
    if summed is None:
        resolver.scope.report(resolver.scope.unknown(written.field, records.id))
        return None
    fits = isinstance(summed.type, Day if written.kind in {"earliest", "latest"} else (Number, Money))
    if not fits:
        resolver._mismatch(written.field.span, summed.type, None)
        return None
    return ir.Aggregate(written.kind, records.id, summed.id, where, written.span), summed.type


def _series_total(resolver: Expressions, series: ir.Fact, written: ast.Aggregate) -> Typed | None:
    """总计 of a fact kept by month or quarter, over a year."""
    if series.series not in {"month", "quarter"} or not isinstance(series.type, (Number, Money)):
        resolver._fault(
            "type-mismatch", written.records.span, f"“{series.name}”不能按年加总", f"“{series.id}” has no total for a year",
            "“总计”后面写每月或每季度的数量、金额；清单写“总计 清单 的 字段”",
            "“total” is followed by a monthly or quarterly number, or by a list: total LIST of FIELD",
        )  # fmt: skip
        return None
    return ir.SeriesTotal(series.id, written.span), series.type
