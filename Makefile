# Thin on purpose: each target is one command that can be run by hand.
PYTHON ?= python3
PYTEST := .venv/bin/python -m pytest
export PYTHON

.PHONY: demo demo-reset test check bench soak docs assets wheel agent deb clean environment

demo: assets ## the whole product on this machine; Ctrl-C ends it
	@.venv/bin/verbale demo $(ARGS)

demo-reset: ## forget what the demo kept
	@tools/demo-reset

environment:
	@tools/environment dev

assets: ## scripts and styles of others, bundled for the pages
	@tools/environment demo
	@.venv/bin/python -m web.build_assets

check: environment ## everything that can be judged without running the product
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy
	@.venv/bin/mypy --platform win32 --cache-dir .mypy_cache/win32 -p agent & windows=$$!; \
		.venv/bin/mypy --platform darwin --cache-dir .mypy_cache/darwin -p agent && wait $$windows
	@contracts=$$(.venv/bin/lint-imports --no-logo) || { echo "$$contracts"; exit 1; }

# Hundreds of processes start here, so compiled modules are kept. Five workers for two cores: the three of the
# whole stacks mostly wait.
test: environment ## check, then all tests
	@tools/system-packages
	@$(MAKE) --no-print-directory assets check
	@unset PYTHONDONTWRITEBYTECODE; $(PYTEST) -q -n $${VERBALE_WORKERS:-5} --dist loadscope --no-loadscope-reorder --durations=10 --ignore=tests/bench $(ARGS)

bench: environment assets ## the figures, each beside its peer; ONLY=ssh_path: those of tests/bench/test_ssh_path.py
	@tools/system-packages bench
	@unset PYTHONDONTWRITEBYTECODE; $(PYTEST) -q -s -p no:xdist -o faulthandler_timeout=0 tests/bench$(if $(ONLY),/test_$(ONLY).py) $(ARGS)

soak: environment assets ## the tests with rounds, a hundred each
	@VERBALE_ROUNDS=$${VERBALE_ROUNDS:-100} $(PYTEST) -q -m rounds -o faulthandler_timeout=0 $(ARGS)

docs: environment assets ## the documentation in build/docs, with its pictures
	@tools/system-packages
	@VERBALE_SCREENS=docs/screens $(PYTEST) -q -p no:xdist tests/web/test_screens.py tests/web/test_journeys.py tests/e2e/test_desk_pictures.py
	@.venv/bin/python tools/docs.py

wheel: environment assets ## sdist and wheel in dist/
	@.venv/bin/hatchling build -t sdist -t wheel

agent: environment ## the agent as one file that needs no Python, in dist/
	@tools/packages agent

deb: environment ## the agent as a Debian package, in dist/
	@tools/packages deb
	@! command -v lintian >/dev/null || lintian --fail-on error,warning --allow-root dist/verbale-agent_*.deb

clean: ## all that was made here, but not the demo's state
	@rm -rf .venv build dist web/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
