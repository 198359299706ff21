"""``python -m policylang``."""

from policylang.cli.main import run

run()
