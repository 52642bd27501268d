# Two commands matter: `make run` and `make test`. Everything else is for those who work on Quayside.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
export EDI_DATABASE_URL ?= sqlite:///quayside.db

.PHONY: run test check faults bench corpus sweeps fuzz golden clean

run: $(VENV)/installed          ## process samples/good and samples/bad into an embedded database and print a summary
	@$(BIN)/edi process samples/good samples/bad --acknowledgements var/acknowledgements || [ $$? -eq 1 ]

test: $(VENV)/tested            ## the whole test suite
	@$(BIN)/pytest -m "not corpus and not benchmark and not faults"

check: $(VENV)/tested           ## in one word: is the tree sound?
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet . && $(BIN)/mypy --no-error-summary && $(BIN)/pytest -q -m "not corpus and not benchmark and not faults" && echo sound

corpus: $(VENV)/tested          ## slow sweeps over the public corpus named by EDI_CORPUS
	@$(BIN)/pytest -m corpus

sweeps: $(VENV)/tested          ## write the golden summaries of those sweeps anew; read the diff before you commit it
	@$(BIN)/python -m tests.sweep

fuzz: $(VENV)/tested            ## a minute of fuzzing for each target; `python -m tests.fuzz --help` for more
	@$(BIN)/pip install -qq --disable-pip-version-check -e ".[fuzz]"
	@$(BIN)/python -m tests.fuzz

faults: $(VENV)/tested          ## every fault on every deployment, with real servers: lost and doubled must be 0 in each row
	@$(BIN)/pytest -m faults && $(BIN)/python -m tests.faults --documents 100

bench: $(VENV)/tested           ## ratios measured side by side
	@$(BIN)/python -m tests.benchmarks

golden: $(VENV)/tested          ## write the golden files beside the samples and the rule pages anew; read the diff before you commit it
	@$(BIN)/python -m tests.make_trade
	@$(BIN)/python -m tests.golden
	@$(BIN)/python -m edi.rules > docs/rules.md
	@$(BIN)/python -m tests.document_page > docs/documents.md
	@$(BIN)/python -m workers.settings_page > docs/settings.md
	@$(BIN)/python -m tests.pictures

$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Quayside needs Python 3.11 or newer; say so with make PYTHON=python3.11")'
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -qq --disable-pip-version-check -e .
	@touch $@

$(VENV)/tested: $(VENV)/installed pyproject.toml
	@$(BIN)/pip install -qq --disable-pip-version-check -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) quayside.db* var dist build .pytest_cache .hypothesis .mypy_cache .ruff_cache
