"""The text of a facts file as a tree: one strict reader for each notation, the same tree from both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylang.facts.builder import too_large
from policylang.facts.nodes import MAX_CHARACTERS, Mapping, Node, Refused, Scalar, Sequence

if TYPE_CHECKING:
    from policylang.source.diagnostic import Diagnostic
    from policylang.source.text import SourceText

__all__ = ["Kind", "Mapping", "Node", "Refused", "Scalar", "Sequence", "load_tree"]

Kind = Literal["yaml", "json"]


def load_tree(source: SourceText, kind: Kind) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The tree of a document and what is wrong with its notation.

    There is no tree when the text cannot be read to its end; a text with a lesser fault (a key given twice,
    an anchor) has both a tree, without the part at fault, and findings. A document without content is null.
    Never raises.
    """
    if len(source.text) > MAX_CHARACTERS:
        return None, (too_large(source),)
    if kind == "json":
        from policylang.facts.json_text import parse_json  # noqa: PLC0415 - one notation is read, not both

        return parse_json(source)
    from policylang.facts.yaml_text import parse_yaml  # noqa: PLC0415 - importing yaml takes a while

    return parse_yaml(source)
