# make lab    set up and open the course in JupyterLab
# make test   set up and run every check
# Both need only Python 3.11+ and make; a second call is quick. The other targets: CONTRIBUTING.md.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# quiet, offline and the same on every machine
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false
export JUPYTER_PLATFORM_DIRS := 1

# in a container one is often root, which JupyterLab refuses unless told
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

# Checks of the widgets' JavaScript. Without npm they are skipped, except in CI.
ifneq ($(shell command -v npm),)
NODE_MODULES := node_modules/.ready
npm-run = npm run --silent $(1)
else
npm-run = @echo "no npm on this machine: skipped 'npm run $(1)', the check of the widgets' JavaScript; install Node.js 18.19+"; \
	test "$(CI)" != true
endif

.PHONY: lab test lint types unit fuzz notebooks bench times browser bundle execute screenshots semester guide-pictures site binder dist lock lowest clean

lab: $(VENV)/.course
	-$(BIN)/qa-lesson doctor
	$(BIN)/jupyter lab $(AS_ROOT) --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb $(LAB_FLAGS)

# the browser last: the notebooks leave the shared model in the run cache, and the site's pages are looked at too
test: lint types unit notebooks site browser

lint: $(VENV)/.dev $(NODE_MODULES)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python tools/check_english.py
	$(call npm-run,lint)

types: $(VENV)/.dev
	$(BIN)/mypy

# worksteal: neighbors share fixtures, and whoever is done takes half of what the other one has left
WORKERS ?= 2
unit: $(VENV)/.dev $(NODE_MODULES)
	$(call npm-run,test)
	CI=true $(BIN)/python -m pytest --ignore=tests/browser -n $(WORKERS) --dist worksteal --junitxml build/times/unit.xml

# every reader of files, with other damaged files each time: make fuzz FUZZ=20000
FUZZ ?= 5000
fuzz: $(VENV)/.dev
	CI=true QA_LESSON_FUZZ=$(FUZZ) $(BIN)/python -m pytest tests/cases/test_cases_fuzz_readers.py --timeout=0

browser: $(VENV)/.dev $(NODE_MODULES)
	$(BIN)/python -m pytest tests/browser --junitxml build/times/browser.xml

notebooks: $(VENV)/.dev
	CI=true $(BIN)/python -m pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=900 \
		--nbval-sanitize-with tests/notebooks/sanitize.cfg -p no:cacheprovider --junitxml build/times/notebooks.xml notebooks

# the widgets' JavaScript, formatted and put together from its sources
bundle: node_modules/.ready
	npm run --silent format
	npm run --silent bundle

# lessons run and written back as they are committed: make execute LESSONS=notebooks/05_metrics.ipynb
LESSONS ?= $(wildcard notebooks/[0-9]*.ipynb notebooks/solutions/*.ipynb)
execute: $(VENV)/.dev
	$(BIN)/python tools/execute_notebooks.py $(LESSONS)

# every benchmark in a process of its own, under half an hour, then the tables of docs/performance.md: make bench BENCH=decoding
BENCH ?=
bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run_all.py $(BENCH)
	$(BIN)/python tools/performance_page.py
	$(BIN)/python tools/open_corpus_page.py

# what each lesson costs a new learner, into its head and docs/performance.md; the outputs stay
times: $(VENV)/.dev
	$(BIN)/python tools/lesson_times.py
	$(BIN)/python tools/performance_page.py

screenshots: $(VENV)/.dev
	$(BIN)/python tools/screenshots.py

# a class of 90 from the quiz file to the grades, and the pictures of docs/grading.md that are taken on the way
semester: $(VENV)/.dev
	PYTHONPATH=tools:tests/helpers $(BIN)/python tests/browser/semester.py

guide-pictures: $(VENV)/.dev
	PYTHONPATH=tools:tests/helpers:tests/browser $(BIN)/python tools/guide_pictures.py

# an environment of its own: Jupyter Book pins what the course does not need
site: $(VENV)-site/.ready
	$(VENV)-site/bin/python tools/build_site.py
	$(VENV)-site/bin/linkchecker --config docs/site/linkchecker.ini build/site/index.html

binder: $(VENV)/.dev
	$(BIN)/python tools/check_binder.py $(BINDER_FLAGS)

# what is uploaded, and whether it works where nothing else is installed
dist: $(VENV)/.release
	$(BIN)/python tools/check_wheel.py

# the exact versions of everything but torch, whose build depends on the machine; the second file has the tools as well
UV_COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock" --excludes build/torch.txt pyproject.toml
lock: $(VENV)/.release build/torch.txt
	$(UV_COMPILE) --upgrade --all-extras --output-file requirements-dev.lock
	$(UV_COMPILE) --upgrade --extra anki --extra documents --extra large --extra lms --extra lti --extra onnx --extra openvino --extra qdrant --extra serving --constraint requirements-dev.lock --output-file requirements.lock

# the oldest versions that pyproject.toml allows, in an environment of their own, and the quick tests with them
LOWEST := build/lowest
SLOW := browser notebooks exercises recordings quiz/progress/test_kills.py
lowest: $(VENV)/.release build/torch.txt
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet "torch>=2.13,<2.14"
	$(BIN)/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct --excludes build/torch.txt \
		--editable ".[dev]"
	CI=true $(LOWEST)/bin/python -m pytest -p no:cacheprovider tests $(SLOW:%=--ignore=tests/%)

build/torch.txt:
	mkdir -p build
	echo torch > $@

$(VENV)-site/.ready: docs/site/requirements.txt
	test -x $(VENV)-site/bin/python || $(PYTHON) -m venv $(VENV)-site
	$(VENV)-site/bin/python -m pip install --quiet --requirement docs/site/requirements.txt
	touch $@

# torch first and alone: the pin decides which wheel is taken, before anything else can ask for a wider range
$(VENV)/.course: pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed; try: make PYTHON=python3.12')"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet "torch>=2.13,<2.14"
	$(BIN)/python -m pip install --quiet --editable ".[course]"
	touch $@

$(VENV)/.dev: $(VENV)/.course
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@

node_modules/.ready: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund
	touch $@

$(VENV)/.release: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --editable ".[dev,release]"
	touch $@

clean:
	rm -rf $(VENV) $(VENV)-site node_modules build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
