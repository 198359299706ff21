"""A whole process that decides one station: ``first.py MODULE ADAPTER``; it loads what the engine needs and nothing else."""

import sys
from importlib import import_module

from task import FIRST

print(getattr(import_module(sys.argv[1]), sys.argv[2])().decide(FIRST))
