"""The engines that are on this computer, one after the other, each started once."""

from __future__ import annotations

from typing import Any

import pytest

from unit.engines.sql.sql_engines import ENGINES, opened, why_not


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Any:
    reason = why_not(request.param)
    if reason is not None:
        pytest.skip(reason)
    return opened(request.param)
