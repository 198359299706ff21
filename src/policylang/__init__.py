"""Government measures as policy files: read them, decide facts under them, and say which clause decided.

>>> import policylang, datetime
>>> measure = policylang.load("liuzhou")
>>> outcome = measure.evaluate({"引进G类以上人才数": {2024: 30}}, as_of=datetime.date(2025, 3, 3), year=2024)
"""

from typing import TYPE_CHECKING

from policylang.source.version import VERSION

if TYPE_CHECKING:
    from policylang.workspace import Measure as Measure
    from policylang.workspace import PolicyError as PolicyError
    from policylang.workspace import WorkspaceError as WorkspaceError
    from policylang.workspace import load as load

__version__ = VERSION


def __getattr__(name: str) -> object:
    """Import the API when it is first asked for: ``policylang --help`` must not wait for the parser."""
    if name in {"load", "Measure", "PolicyError", "WorkspaceError"}:
        from policylang import workspace

        return getattr(workspace, name)
    raise AttributeError(name)
