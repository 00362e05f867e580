# Release binaries go to .build/release/. Warnings of the compiler are errors (Package.swift).
SWIFT ?= swift
# More words for the tests, such as --filter ClaimTests.
TEST_FLAGS ?=

scripts := .ci/run .ci/dependencies .ci/agents .ci/browser $(wildcard bench/*.sh)
manuals := $(wildcard man/*.[1-9])

.PHONY: build debug test test-agents test-browser check lint demo bench-faults chaos clean help needs-build needs-check
# The lines of the tests are the last ones, with make -j too.
.NOTPARALLEL:

build: needs-build ## build the release binaries into .build/release/
	$(SWIFT) build -c release

debug: needs-build ## build with symbols and checks into .build/debug/
	$(SWIFT) build

test: needs-check ## run all unit and end-to-end tests
	$(SWIFT) test $(TEST_FLAGS)

test-agents: needs-check ## fetch the programs of others that agents use, and run the tests with them
	.ci/agents
	$(SWIFT) test --filter 'Agents\.|MCP' $(TEST_FLAGS)

test-browser: needs-check ## install Chromium and what drives it, and run the tests of the page
	.ci/browser
	$(SWIFT) test --filter 'Browser|SocketPackage' $(TEST_FLAGS)

check: lint test ## check scripts and man pages, build, run all tests

lint: needs-check
	@if command -v shellcheck >/dev/null; then echo shellcheck $(scripts); shellcheck $(scripts); \
	else echo 'shellcheck is not installed: scripts are not checked' >&2; fi
	$(SWIFT) format lint -s --configuration .ci/swift-format.json -r Package.swift Sources
	@if command -v mandoc >/dev/null; \
	then echo mandoc -T lint -W warning $(manuals); mandoc -T lint -W warning $(manuals); \
	else echo 'mandoc is not installed: man pages are not checked' >&2; fi

demo: build ## real work on real files: the pool grows, drains and shrinks, every result is checked
	bench/demo.sh

bench-faults: build ## how fast a cancel is, and how soon a lost task is back in the queue
	bench/faults.sh

chaos: needs-check ## 5,000 tasks under ten minutes of kills and stops, all crash points, 500 power cuts
	KOUBOU_CHAOS_TASKS=5000 KOUBOU_CHAOS_SECONDS=540 KOUBOU_CRASH_POINTS=all KOUBOU_POWER_CUTS=500 \
	  $(SWIFT) test --filter 'ChaosTests|CrashPointTests|PowerLossTests'

clean: ## remove everything that was built
	rm -rf .build

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

needs-build:
	@.ci/dependencies build

needs-check:
	@.ci/dependencies check
