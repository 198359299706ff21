"""Plans as generated Python: one decision in microseconds."""

from policylang.engines.python.compiled import Compiled, compile_python

__all__ = ["Compiled", "compile_python"]
