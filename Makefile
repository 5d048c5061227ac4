# Nothing is asked of the machine but Python 3.11, pip and make: hkplein/bootstrap.py brings the rest into .venv.
PYTHON ?= python3
PORT ?= 8000
ARGS ?=

.PHONY: run demo-reset test check assets bench bench-rings trust scan lock translations screenshots wheel

run: # the site with its demo town, on http://127.0.0.1:8000 or PORT=
	@$(PYTHON) hkplein/bootstrap.py run --port $(PORT) $(ARGS)
demo-reset: # the demo town as new
	@$(PYTHON) hkplein/bootstrap.py demo-reset $(ARGS)
test: # every test; ARGS='-k swap -x' goes to pytest
	@$(PYTHON) hkplein/bootstrap.py test $(ARGS)
check: # layout, lint, types, translations, templates, layers
	@$(PYTHON) hkplein/bootstrap.py check
assets: # static/dist: all that a wheel needs besides the sources
	@$(PYTHON) hkplein/bootstrap.py assets
wheel: # dist/hkplein-….whl, with all that a server needs
	@$(PYTHON) hkplein/bootstrap.py wheel
bench: # how fast the pages are
	@$(PYTHON) hkplein/bootstrap.py bench $(ARGS)
bench-rings: # how fast swap rings are cleared; ARGS='--data FOLDER' for graphs elsewhere
	@$(PYTHON) hkplein/bootstrap.py bench-rings $(ARGS)
trust: # every promise of trust, in full, on both databases: one table; ARGS='--part 10' is shorter
	@$(PYTHON) hkplein/bootstrap.py trust $(ARGS)
scan: # the promises of the house, by semgrep and reuse, in a virtual environment of their own
	@HKPLEIN_VENV=$${HKPLEIN_VENV:-.venv}/scan $(PYTHON) hkplein/bootstrap.py scan $(ARGS)
lock: # the locks anew; ARGS=--upgrade takes newer versions; needs uv
	@$(PYTHON) hkplein/bootstrap.py lock $(ARGS)
translations: # new sentences into hkplein/translations
	@$(PYTHON) hkplein/bootstrap.py translations $(ARGS)
screenshots: # pictures of the pages
	@$(PYTHON) hkplein/bootstrap.py screenshots $(ARGS)
