"""The engines that are held side by side, and the Python that each runs in."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Engine(NamedTuple):
    """An engine: how it is called in the table, the class that adapts it, and what it can be asked.

    ``package``: what is installed for it, in a Python of its own; None for what comes with ours. ``single``: how it takes
    one decision (``decide``: a dictionary, ``raw``: facts by position); ``trace``: whether it explains one. ``batch``: the
    form in which it takes many stations at once (``arrays``, ``stations``). ``unknown``: facts may be missing. ``checked``:
    how many stations it is asked before anything is timed.
    """

    name: str
    module: str
    adapter: str
    package: str | None = None
    single: str | None = None
    trace: bool = False
    batch: str | None = None
    unknown: bool = False
    checked: int = 10_000
    ours: bool = False


ENGINES = (
    Engine("plain Python, by hand", "plain", "Plain", single="decide"),
    Engine("plain Python, by hand, facts by position", "plain", "Positional", single="raw"),
    Engine("plain Python, by hand, facts may be missing", "plain", "OpenPlain", single="decide", unknown=True),
    Engine("policylang, generated Python", "with_ours", "Generated", single="decide", ours=True),
    Engine("policylang, generated Python, facts by position", "with_ours", "Generated", single="raw", ours=True),
    Engine("policylang, generated Python, facts may be missing", "with_ours", "Open", single="raw", unknown=True, ours=True),
    Engine("policylang, interpreter", "with_ours", "Interpreter", single="decide", trace=True, unknown=True, ours=True),
    Engine("policylang, saved module", "with_saved", "Saved", single="decide", ours=True),
    Engine("policylang, prepared for a service", "with_ours", "Prepared", trace=True, checked=0, ours=True),
    Engine("zen-engine, expression", "with_zen", "Expression", "zen-engine", single="decide"),
    Engine("zen-engine, decision tables", "with_zen", "Graph", "zen-engine", single="decide", trace=True, batch="stations"),
    Engine("rule-engine", "with_rule_engine", "RuleEngine", "rule-engine", single="decide"),
    Engine("cedarpy", "with_cedar", "Cedar", "cedarpy", single="decide", batch="stations"),
    Engine("openfisca-core", "with_openfisca", "OpenFisca", "openfisca-core", single="decide", trace=True, batch="arrays"),
    Engine("cel-python", "with_cel", "Cel", "cel-python", single="decide"),
    Engine("copy of the inputs", "with_numpy", "Copy", batch="arrays", checked=0),
    Engine("copy of the inputs into memory at hand", "with_numpy", "CopyAtHand", batch="arrays", checked=0),
    Engine("numpy, by hand", "with_numpy", "Numpy", batch="arrays"),
    Engine("policylang, arrays", "with_ours", "OnArrays", batch="arrays", ours=True),
    Engine("policylang, arrays, deciding clauses only", "with_ours", "ClausesOnly", batch="arrays", checked=0, ours=True),
    Engine("policylang, arrays, facts may be missing", "with_ours", "OpenArrays", batch="arrays", unknown=True, ours=True),
    Engine("DuckDB, SQL by hand", "with_duckdb", "DuckDB", batch="arrays"),
    Engine("DuckDB, SQL by hand, facts may be missing", "with_duckdb", "OpenDuckDB", batch="arrays", unknown=True),
    Engine("policylang, SQL in DuckDB", "with_ours", "InSQL", batch="arrays", ours=True),
)  # fmt: skip


def python_of(engine: Engine, cache: Path, *, install: bool) -> Path | None:
    """The Python of an engine, made and filled when it is wanted; None where it is not installed."""
    if engine.package is None:
        return Path(sys.executable)
    requirements = HERE / f"requirements-{engine.package}.txt"
    mark = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = cache / f"{engine.package}-{mark}"
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        if not install:
            return None
        print(f"installing {requirements.read_text(encoding='utf-8').strip()}", file=sys.stderr, flush=True)
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r", str(requirements)]
        subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)
        done.touch()
    return python
