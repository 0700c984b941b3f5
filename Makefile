# Two commands to know: `make demo` starts Tramline, `make test` checks everything.
PORT ?= 8000
PYTHON ?= python3
PIP_INSTALL = .venv/bin/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test check bench nightly screenshots clean

help:
	@echo "make demo [PORT=8000]   start Tramline with demo data (Ctrl-C stops it; data stays under var/)"
	@echo "make test               run all checks and tests, real-browser tests included"
	@echo "make check              the checks only: style, types, import contracts, migrations, browser code"
	@echo "make bench [ONLY=TEXT]  the comparisons that performance claims rest on"
	@echo "make nightly            the same tests at larger counts"
	@echo "make screenshots        make the pictures of the README anew"
	@echo "make clean              remove the virtual environment (data under var/ stays)"

# The stamps carry the requirements' age: a changed file installs again, an unchanged one costs nothing.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Tramline needs Python 3.11 or newer; this is $$($(PYTHON) --version). Name another: make demo PYTHON=python3.12"; exit 1; }
	@echo "[set-up] making the virtual environment .venv"
	@$(PYTHON) -m venv .venv || \
	  { echo "Python could not make a virtual environment. On Debian: apt-get install python3-venv"; rm -rf .venv; exit 1; }

.venv/.installed: requirements.txt | .venv/bin/python
	@echo "[set-up] installing requirements.txt (about 2.5 GB; one to five minutes the first time)"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@echo "[set-up] installing what checks and tests need (about 0.8 GB)"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

demo: .venv/.installed
	@.venv/bin/python -m webapp.demo --port $(PORT)

test: .venv/.installed-dev
	@.venv/bin/python -m tests.run

check: .venv/.installed-dev
	@.venv/bin/python -m tests.run --checks-only

bench: .venv/.installed-dev
	@.venv/bin/python -m benchmarks --only "$(ONLY)"

nightly: .venv/.installed-dev
	@TRAMLINE_NIGHTLY=1 .venv/bin/python -m tests.run

screenshots: .venv/.installed-dev
	@.venv/bin/python -m docs.screenshots

clean:
	rm -rf .venv
