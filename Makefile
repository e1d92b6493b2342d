# The two commands of a newcomer are `make run` and `make test`; both install what they need here.
PYTHON ?= python3.11
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/dev.txt

.PHONY: run setup spark test check bench year day lock messages screenshots clean

run: setup
	@$(BIN)/district run --port $(PORT)

setup: $(VENV)/.python $(VENV)/.assets $(VENV)/.messages

# Python: hash-pinned, so a package that was altered on its way is refused.
$(VENV)/.python: $(LOCK) requirements/base.txt requirements/broker.txt pyproject.toml
	@PYTHON="$(PYTHON)" sh scripts/setup_python.sh
	@touch $@

# Node comes from its Python wheel where the machine has none.
$(VENV)/.assets: $(VENV)/.python frontend/package-lock.json $(shell find frontend/src -type f 2>/dev/null) \
		$(shell find src/district -name '*.html' -o -name declare.py 2>/dev/null)
	@sh scripts/setup_assets.sh
	@touch $@

$(VENV)/.messages: $(VENV)/.python $(shell find src/district -name '*.po' 2>/dev/null)
	@echo "==> message catalogues"
	@$(BIN)/district messages compile
	@touch $@

# Optional: what the rules need to run on Apache Spark, some 500 MB (docs/sensing-spark.md).
spark: setup
	@$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements/spark.txt

test: setup
	@$(BIN)/python scripts/test.py

check: setup
	@$(BIN)/python scripts/test.py --only-checks

# `make bench` runs all; `make bench NAME=compile` one.
bench: setup
	@$(BIN)/python -m benchmarks $(NAME)

# A year of a whole district, and every page opened over it; `make year SHARE=0.01` is a small one.
SHARE ?= 1
year: setup
	@$(BIN)/python -m benchmarks.year --share $(SHARE) --growth

# A working day at ten times the pace over such a year, with everything at once. DAY=FOLDER takes one
# that was kept; else SHARE of a year is built first.
day: setup
	@$(BIN)/python -m benchmarks.year.day $(if $(DAY),--installation $(DAY),--share $(SHARE))

lock:
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-header -o requirements/base.txt requirements/base.in
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-header -o requirements/dev.txt requirements/dev.in
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-header -o requirements/spark.txt requirements/spark.in
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-header -o requirements/broker.txt requirements/broker.in
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-header -o requirements/nowcast.txt requirements/nowcast.in
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-header -o requirements/build.txt requirements/build.in

screenshots: setup
	@$(BIN)/python scripts/screenshots.py

clean:
	rm -rf $(VENV) var frontend/node_modules src/district/ui/static/dist
