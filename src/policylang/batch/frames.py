"""The added columns as frames of polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.batch.series import Series


def frame_of(columns: Mapping[str, Series]) -> pl.DataFrame:
    """The columns that are added, with their types."""
    return pl.DataFrame({name: column.series() for name, column in columns.items()})


def plain_decimals(frame: pl.DataFrame) -> pl.DataFrame:
    """Sums as clerks write them: 100000, 8500.5."""
    return frame.with_columns(
        frame[name].cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".").alias(name)
        for name, dtype in frame.schema.items()
        if dtype.is_decimal()
    )
