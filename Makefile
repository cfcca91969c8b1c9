# What a clone can do. `make help` lists it; every step runs only when something it depends on has changed.

.DEFAULT_GOAL := help
SHELL := /bin/bash
SWIFT ?= swift
PYTHON ?= python3

# Settings of `make lab`: where JupyterLab listens, whether it opens a browser, and the folder it shows.
PORT ?= 8888
IP ?= 127.0.0.1
BROWSER ?= yes
ROOT ?= notebooks
# The notebook that tells where to begin, opened if the folder has it.
FIRST := 0-tour.ipynb
# Folders that the user names reach commands through the environment: make's functions would split them at spaces.
export ROOT PREFIX

# Debian's and Ubuntu's names of what the build and the notebooks need. `make lab PACKAGES=` leaves them alone.
PACKAGES ?= pkg-config zlib1g-dev libzmq3-dev libsodium-dev libopenblas-dev libpng-dev libcairo2-dev libgraphviz-dev libsqlite3-dev \
	fonts-dejavu-core $(shell $(PYTHON) -c 'import ensurepip' 2>/dev/null || echo python3-venv)
# Real images. A notebook that misses them says so itself, so a system without the package can still be used.
DATA_PACKAGES ?= dataset-fashion-mnist

SWIFTLET := .build/release/swiftlet
VENV := .venv/bin/python
# A file each that says: this step is done, and nothing it came from is newer.
BUILT := .build/swiftlet.stamp
PYTHON_READY := .venv/requirements.stamp
TESTS_READY := .venv/tests.stamp
KERNEL := .venv/kernel.stamp

# $(call step,TEXT) says what happens now, and how long it took to get here.
ifndef STARTED
STARTED := $(shell date +%s)
export STARTED
endif
step = @printf '%4d s  %s\n' $$(($$(date +%s) - $(STARTED))) '$(1)'

# A filter of Swift tests alone needs neither the kernel nor Python.
TESTED := $(if $(and $(FILTER),$(if $(filter test_%,$(FILTER)),,swift)),,$(KERNEL) $(TESTS_READY))

.PHONY: help lab test sanitize notebooks bench docs pictures format lint install uninstall clean system-packages toolchain

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

lab: $(KERNEL) ## open JupyterLab on the notebooks   [PORT=8888 IP=127.0.0.1 BROWSER=no ROOT=folder]
	@printf '%4d s  Opening JupyterLab on %s; end it with Ctrl-C\n' $$(($$(date +%s) - $(STARTED))) "$$ROOT"
	@exec $(VENV) -m jupyterlab --ServerApp.ip='$(IP)' --ServerApp.port='$(PORT)' \
		--ServerApp.root_dir="$$(realpath -sm -- "$$ROOT")" \
		$$([ -e "$$ROOT/$(FIRST)" ] && echo '--LabApp.default_url=/lab/tree/$(FIRST)') \
		--ServerApp.log_level=WARN --LabApp.extension_manager=readonly $(if $(filter no,$(BROWSER)),--no-browser) \
		$(if $(filter 0,$(shell id -u)),--allow-root)

test: $(TESTED) | system-packages toolchain ## run every test, or some   [FILTER='NetworksTests.DenseTests test_errors.py']
	$(call step,Testing)
	@.make/test $(SWIFT) $(VENV) $(foreach word,$(FILTER),'$(word)')

sanitize: | system-packages toolchain ## run the Swift tests with ThreadSanitizer and AddressSanitizer   [FILTER=TensorsTests]
	@.make/sanitize $(SWIFT) $(if $(FILTER),'$(FILTER)')

notebooks: $(KERNEL) ## run every notebook without a browser   [UPDATE=yes keeps the outputs]
	@.make/notebooks $(VENV) $(if $(filter yes,$(UPDATE)),--update)

bench: $(KERNEL) ## measure, beside PyTorch and Keras   [PEERS=python that has them, WORKLOADS='mlp lstm', ROUNDS=3]
	$(call step,Building the benchmarks)
	@$(SWIFT) build -c release --product swiftlet-bench
	@$(VENV) Tests/Benchmarks/bench.py $(if $(PEERS),--peers '$(PEERS)') $(if $(ROUNDS),--rounds $(ROUNDS)) $(WORKLOADS)

docs: $(KERNEL) ## make the documentation of every module in .build/documentation
	$(call step,Writing the documentation)
	@.make/documentation $(SWIFT) $(VENV)

pictures: $(KERNEL) ## draw the pictures of the documentation's pages anew, after a change of what they show
	@$(VENV) .make/pictures $(SWIFT)

format: toolchain ## format the Swift sources in place
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests

lint: toolchain ## check the formatting of the sources
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests
	@$(PYTHON) .make/columns

install: $(BUILT) ## install the kernel for Jupyter   [PREFIX=folder; default: the user's Jupyter data folder]
	$(SWIFTLET) install $(if $(PREFIX),--prefix "$$(realpath -sm -- "$$PREFIX")",--user)

uninstall: $(BUILT) ## remove what `make install` installed   [PREFIX=folder]
	$(SWIFTLET) uninstall $(if $(PREFIX),--prefix "$$(realpath -sm -- "$$PREFIX")",--user)

clean: ## remove everything that make made in this folder
	rm -rf .build .venv

# The steps on the way there.

system-packages:
	@.make/system-packages --optional '$(DATA_PACKAGES)' $(PACKAGES)

toolchain:
	@.make/toolchain $(SWIFT)

# Folders are listed as well as files: removing a file changes its folder.
$(BUILT): Package.swift $(shell find Sources) | system-packages toolchain
	$(call step,Building Swiftlet; the first time takes a few minutes)
	@$(SWIFT) build -c release --product swiftlet
	@touch $@

$(PYTHON_READY): kernelspec/requirements.txt kernelspec/overrides.json | system-packages
	$(call step,Installing JupyterLab in .venv)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is needed; this is " + sys.version)'
	@$(PYTHON) -m venv .venv
	@$(VENV) -m pip install --quiet --disable-pip-version-check --no-deps -r $<
	@install -D -m 644 kernelspec/overrides.json .venv/share/jupyter/lab/settings/overrides.json
	@touch $@

$(TESTS_READY): Tests/Integration/requirements.txt $(PYTHON_READY)
	$(call step,Installing what the tests need)
	@$(VENV) -m pip install --quiet --disable-pip-version-check --no-deps -r $<
	@.make/browser $(VENV)
	@touch $@

$(KERNEL): $(BUILT) $(PYTHON_READY) $(wildcard kernelspec/*)
	$(call step,Installing the kernel in .venv)
	@$(SWIFTLET) install --prefix "$$PWD/.venv"
	@touch $@
