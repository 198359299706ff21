"""The engines that are on this computer, one after the other, each started once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from unit.engines.sql.sql_engines import ENGINES, why_not

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Any]:
    reason = why_not(request.param)
    if reason is not None:
        pytest.skip(reason)
    found = ENGINES[request.param]()
    yield found
    found.close()
