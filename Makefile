# make run    open the window on the sample database (or take the tour where there is no display)
# make test   run the whole suite (ARGS="tests/edit -k upsert" for a part)
# make setup  only what both need first: uv inside .venv, the locked packages, Qt's system libraries
# make lint   ruff, mypy --strict, import contracts
# make faults crash, collide and take back, in full (make test does a little of each)
# make bench  measure against the raw drivers, as ratios (ROWS=1000000)
VENV := .venv
PYTHON := $(VENV)/bin/python
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_COMPILE_BYTECODE := 1

.PHONY: run test setup lint bench tour faults

run: setup
	@if $(PYTHON) -m ui.preflight display; then $(PYTHON) main.py $(ARGS); else $(PYTHON) main.py tour --out tour; fi

test: setup
	@$(PYTHON) -m pytest -n 2 --dist worksteal $(ARGS)

faults: setup
	@FAULTS=full $(PYTHON) -m pytest tests/faults tests/ui/test_dialog_refused.py $(ARGS)

tour: setup
	@QT_QPA_PLATFORM=offscreen $(PYTHON) main.py tour --out tour

lint: setup
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-cache

bench: setup
	@$(PYTHON) -m tests.bench.run $(ARGS)

setup: $(VENV)/.ready
	@[ -n "$$PYTHONDONTWRITEBYTECODE" ] || $(PYTHON) -m compileall -q main.py desktop ui
	@$(PYTHON) -m ui.preflight libraries

# Debian's Python has neither ensurepip nor a writable site: pip from outside installs uv into the environment.
$(VENV)/bin/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Rowkeeper needs Python 3.11 or newer as python3; this is $$(python3 --version 2>&1)." >&2; exit 1; }
	@python3 -m venv --without-pip $(VENV)
	@python3 -m pip --python $(PYTHON) install -q uv

$(VENV)/.ready: pyproject.toml uv.lock | $(VENV)/bin/uv
	@$(VENV)/bin/uv sync --quiet --frozen --inexact
	@touch $@
