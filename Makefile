# Needs only make and Python 3.11 or later. Another Python:  make test PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
COVERAGE := $(BIN)/python -m coverage

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint coverage bench differential peers clean spark kills

help:  ## 列出这些命令 / list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name what; do \
	  printf '%-16s %s\n' "$$name" "$$what"; done

demo: $(VENV)/ready  ## 装好并判断一个工作站 / set up and decide a real station
	@printf '\n$$ policylang eval liuzhou examples/liuzhou_station.yaml\n\n'
	@$(BIN)/policylang eval liuzhou examples/liuzhou_station.yaml
	@printf '\n$$ policylang explain liuzhou examples/liuzhou_station.yaml 评估等级\n\n'
	@$(BIN)/policylang explain liuzhou examples/liuzhou_station.yaml 评估等级

test: lint coverage  ## 装好并跑全部检查和测试 / set up, then every check and test
	@printf '\n== policylang check policies\n'
	@$(BIN)/policylang check policies
	@printf '\n== policylang test\n'
	@$(BIN)/policylang test

lint: $(VENV)/ready-dev  ## 代码检查 / ruff, mypy and the import rules
	@echo '== ruff'
	@$(BIN)/ruff check .
	@echo '== mypy'
	@$(BIN)/mypy
	@echo '== lint-imports'
	@$(BIN)/lint-imports

# Half of the tests stay inside one process, half start processes of their own: the two halves run side by side.
INNER := tests/unit tests/properties tests/conformance

# The meaning of a measure is in semantics and runtime: there every branch is tested.
coverage: $(VENV)/ready-dev  ## 测试和覆盖率 / the tests, and how much they cover
	@$(COVERAGE) erase
	@$(COVERAGE) run -m pytest $(INNER:%=--ignore=%) >$(VENV)/outer.txt 2>&1 & outer=$$!; \
	  echo '== pytest $(INNER)'; \
	  $(COVERAGE) run -m pytest $(INNER); inner=$$?; \
	  echo '== pytest, everything else'; \
	  wait $$outer; outer=$$?; cat $(VENV)/outer.txt; \
	  [ $$inner -eq 0 ] && [ $$outer -eq 0 ]
	@$(COVERAGE) combine --quiet
	@echo '== coverage'
	@$(COVERAGE) report --fail-under=95
	@$(COVERAGE) report --fail-under=100 --include='*/policylang/semantics/*,*/policylang/runtime/*'

bench: $(VENV)/ready-dev  ## 计时 / the benchmarks
	@$(BIN)/python benchmarks/run.py
	@printf '\n'
	@$(BIN)/python benchmarks/cold_start.py
	@printf '\n'
	@$(BIN)/python benchmarks/measures.py

# Another number of stations, another seed:  make differential ARGS='--cases 100000 --seed 7'
differential: $(VENV)/ready-dev  ## 各引擎逐值对照，约两小时 / every engine against the others, about two hours
	@PYTHONPATH=tests $(BIN)/python -m differential.run $(ARGS)

peers: $(VENV)/ready-dev  ## 与其他引擎对比 / other engines side by side; installs them, takes a quarter of an hour
	@$(BIN)/python benchmarks/peers/side_by_side.py --install

kills: $(VENV)/ready-dev  ## 批量计算随机中断一千次 / a thousand kills of policylang batch, and nothing lost
	@$(BIN)/python tests/tools/kill_batch.py $(ARGS)

# PySpark is 450 MB and starts a Java machine: it has an environment of its own, and Java 17 or later must be installed.
spark: $(VENV)/ready-spark  ## SQL 在真正的 Spark 上跑一遍 / the SQL tests in Spark itself, on Java
	@PYTHONPATH=tests $(VENV)/spark/bin/python -m pytest tests/unit/engines/sql -k pyspark
	@PYTHONPATH=tests $(VENV)/spark/bin/python -m differential.run --engines arrays,pyspark --cases 200 --rows 20 --sample 4 --processes 1 --no-golden

$(VENV)/ready-spark: pyproject.toml | $(VENV)/made
	@$(PYTHON) -m venv $(VENV)/spark
	@$(VENV)/spark/bin/python -m pip -qq --disable-pip-version-check install --editable '.[batch]' pyspark pytest hypothesis
	@touch $@

clean:  ## 删除环境和生成的文件 / remove the environment and everything generated
	rm -rf $(VENV) dist build .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# One virtual environment; a stamp says what is in it, and an edited pyproject.toml makes the stamp stale.

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo '需要 Python 3.11 以上，可写 make demo PYTHON=python3.12 / Python 3.11 or later is needed'; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/ready: pyproject.toml | $(VENV)/made
	@echo '把 policylang 装进 .venv，约需半分钟…… / installing policylang into .venv …'
	@$(PIP) install --editable '.[office]'
	@touch $@

$(VENV)/ready-dev: pyproject.toml | $(VENV)/made
	@echo '把 policylang 和测试工具装进 .venv，约需一分钟…… / installing policylang and its test tools into .venv …'
	@$(PIP) install --editable '.[dev]'
	@touch $(VENV)/ready $@
