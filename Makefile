# Release binaries go to .build/release/. Warnings of the compiler are errors (Package.swift).
SWIFT ?= swift
# More words for the tests, such as --filter ClaimTests.
TEST_FLAGS ?=
FUZZ_INPUTS ?= 10000000

# Where make install puts everything; DESTDIR is put before it, for packages.
PREFIX ?= /usr/local
DESTDIR ?=
STAGE ?= .build/stage
PROGRAMS ?= .build/release

scripts := .ci/run .ci/dependencies .ci/agents .ci/venv .ci/web .ci/browser .ci/package .ci/systemd .ci/cluster bench/peers \
  $(wildcard bench/*.sh) etc/debian/build etc/debian/postinst etc/debian/prerm etc/debian/postrm $(wildcard etc/launchers/*)
manuals := $(wildcard man/*.[1-9])
programs := koubouctl kouboud koubou-worker
space := $(subst ,, )
version := $(shell sed -n 's/.*text = "\(.*\)"/\1/p' Sources/KoubouCore/*/Version.swift)

# Every target is a name for something to do.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile)
# The lines of the tests are the last ones, with make -j too.
.NOTPARALLEL:

build: needs-build ## build the release binaries into .build/release/
	for program in $(programs); do $(SWIFT) build -c release --product $$program || exit; done
	@# A file that the linker has written through a map of it lies in memory page by page: a copy starts sooner.
	@cd .build/release && for program in $(programs); do cp -p $$program $$program.copy && mv $$program.copy $$program || exit; done

debug: needs-build ## build with symbols and checks into .build/debug/
	$(SWIFT) build

test: needs-check ## run all unit and end-to-end tests
	$(SWIFT) test $(TEST_FLAGS)

test-agents: needs-check ## fetch the programs of others that agents use, and run the tests with them
	.ci/agents
	$(SWIFT) test --filter 'Agents\.|MCP' $(TEST_FLAGS)

test-web: needs-check ## fetch a browser and the programs of others that speak HTTP, and run the tests with them
	.ci/web
	.ci/browser
	$(SWIFT) test --filter 'Web|Prometheus|ServiceFile|Client|Gateway|MCPHTTP|MCPPackage|Browser|SocketPackage' $(TEST_FLAGS)

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

bench: build ## measure beside peers and C, 15 minutes: bench/RESULTS.md and its charts
	bench/peers
	bench/run.py

bench-quick: build ## the same with less of everything, 3 minutes
	bench/peers
	bench/run.py --quick

bench-check: build ## name what has got worse by more than 25 % against the committed results
	bench/peers
	bench/run.py --check

bench-faults: build ## how fast a cancel is, and how soon a lost task is back in the queue
	bench/faults.sh

bench-upgrade: build ## how long the upgrade of a million tasks takes, and how much room
	bench/upgrade.sh

bench-serve: build ## the gateway beside beanstalkd and Flask, under a thousand followers, ten thousand half requests: bench/SERVE.md
	bench/peers
	bench/serve.py

bench-mcp: build ## how soon koubouctl mcp answers, and what it holds
	bench/mcp.sh

bench-scaling: simulator ## how the rules of scaling do under eight loads, in simulated time: bench/SCALING.md
	.build/release/koubou-simulate report bench

bench-scaling-real: build simulator ## the same loads for real, ten times as fast: a quarter of an hour
	.build/release/koubou-simulate real .build/release >bench/scaling/real.tsv.new
	mv bench/scaling/real.tsv.new bench/scaling/real.tsv
	.build/release/koubou-simulate report bench

simulator: needs-build
	$(SWIFT) build -c release --product koubou-simulate

chaos: needs-check ## 5,000 tasks under ten minutes of kills and stops, all crash points, 500 power cuts
	KOUBOU_CHAOS_TASKS=5000 KOUBOU_CHAOS_SECONDS=540 KOUBOU_CRASH_POINTS=all KOUBOU_POWER_CUTS=500 \
	  $(SWIFT) test --filter 'ChaosTests|CrashPointTests|PowerLossTests'

fuzz: needs-build ## 10 million mangled inputs for each parser of the gateway, up to a quarter of an hour
	$(SWIFT) build -c release --product koubou-fuzz
	.build/release/koubou-fuzz $(FUZZ_INPUTS)

# All that is installed, as it will be below PREFIX.
stage: $(PROGRAMS)/koubouctl
	install -D -t $(STAGE)/bin $(addprefix $(PROGRAMS)/,$(programs))
	for page in $(manuals); do install -D -m 644 -t $(STAGE)/share/man/man$${page##*.} $$page || exit; done
	install -d $(STAGE)/share/bash-completion/completions $(STAGE)/share/zsh/site-functions \
	  $(STAGE)/share/fish/vendor_completions.d
	$(PROGRAMS)/koubouctl completion bash > $(STAGE)/share/bash-completion/completions/koubouctl
	$(PROGRAMS)/koubouctl completion zsh > $(STAGE)/share/zsh/site-functions/_koubouctl
	$(PROGRAMS)/koubouctl completion fish > $(STAGE)/share/fish/vendor_completions.d/koubouctl.fish
	chmod 644 $(STAGE)/share/*/*/*koubouctl*
	install -D -m 644 -t $(STAGE)/lib/systemd/system $(wildcard etc/systemd/*.service etc/systemd/*.socket)
	install -D -m 644 -t $(STAGE)/share/systemd/user $(wildcard etc/systemd/user/*)
	install -D -t $(STAGE)/share/koubou/launchers $(wildcard etc/launchers/*)
	@# systemd splits a line at blanks.
	sed -i 's|/usr/local/bin/|$(subst $(space),\\x20,$(PREFIX))/bin/|' $(STAGE)/lib/systemd/system/* $(STAGE)/share/systemd/user/*
	install -D -m 644 -t $(STAGE)/share/doc/koubou README.md LICENSE \
	  $$(find etc -maxdepth 1 -type f) etc/systemd/kouboud.service.d/strict.conf

# What was built is installed as it is: root may have no Swift.
$(PROGRAMS)/koubouctl:
	$(MAKE) build

# In a folder that goes again, as root's files would be in the way of the next build. Units name PREFIX: as a whole, and without
# what systemd reads as its own.
target = $(DESTDIR)$(PREFIX)
staged = case '$(PREFIX)' in [!/]* | *[%\&\|\\]*) echo "PREFIX is '$(PREFIX)': write a path from / on, without % & | and \\" >&2; exit 2 ;; esac; \
  target='$(target)'; case $$target in /*) ;; *) target=$$PWD/$$target ;; esac; \
  stage=$$(mktemp -d) && trap 'rm -rf "$$stage"' EXIT && $(MAKE) -s stage STAGE="$$stage" && cd "$$stage" && \
  find . -type f -printf '%m %P\n' | while read -r mode file; do

install: ## install programs, manual, completions and units below PREFIX (/usr/local; one of yours needs no root)
	@$(staged) install -D -m $$mode "$$file" "$$target/$$file" || exit; done
	@echo 'installed below $(target)'

uninstall: ## remove what make install has put below PREFIX; queues are left alone
	@$(staged) rm -f "$$target/$$file" || exit; done
	@cd "$(target)/share" 2>/dev/null && rmdir doc/koubou koubou/launchers koubou 2>/dev/null || true
	@echo 'removed from $(target)'

deb: build ## a Debian package in .build/
	etc/debian/build .build/release .build/koubou.deb

test-cluster: needs-check ## install Slurm and sshd, and run 500 tasks on each while a node, connections and workers are killed
	$(SWIFT) build
	.ci/cluster

test-package: ## build the package and one of the commit before; install, upgrade under load and purge them in a bare Debian, run its units
	.ci/package

dist: ## a tarball of the committed sources in .build/, the same bytes for the same commit, and its checksum
	@mkdir -p .build
	git -c tar.umask=0022 archive --format=tar --prefix=koubou-$(version)/ -o .build/koubou-$(version).tar HEAD
	gzip -9nf .build/koubou-$(version).tar
	@cd .build && sha256sum koubou-$(version).tar.gz | tee koubou-$(version).tar.gz.sha256

clean: ## remove everything that was built
	rm -rf .build

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 20

needs-build:
	@.ci/dependencies build

needs-check:
	@.ci/dependencies check
