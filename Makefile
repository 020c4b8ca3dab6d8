# Everything about building, trying and testing Backstock. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

CARGO ?= cargo
# The build names its target (.cargo/config.toml), so binaries lie in a folder of that name.
TARGET_DIR = $(shell $(CARGO) metadata --no-deps --format-version 1 | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
HOST = $(shell rustc -vV | sed -n 's/^host: //p')
BIN = $(TARGET_DIR)/$(HOST)/release/backstock
# What the tests try: the same program, built as `cargo test` has built it anyway, with its own checks on.
TEST_BIN = $(TARGET_DIR)/$(HOST)/debug/backstock

.PHONY: help demo demo-reset build test test-bin test-rust test-web test-browser test-queue bench fmt openapi web tools tools-faults tools-browser

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

demo: build ## Start a box with a demo store on https://localhost:8443; its data is kept
	exec "$(BIN)" demo

demo-reset: build ## The same, starting over
	exec "$(BIN)" demo --reset

build: web ## Build the web app and the release binary
	$(CARGO) build --release --locked
	echo "$(BIN): $$(du -h "$(BIN)" | cut -f1)"

web: web/dist/index.html ## Build the web app that the binary carries

web/dist/index.html: web/node_modules/.installed $(shell find web/src web/public web/index.html web/vite.config.ts web/compress.ts -type f 2>/dev/null)
	cd web && npm run build
	touch dist/index.html

# Installed by the lock file; again when it changes.
web/node_modules/.installed: web/package-lock.json web/package.json | tools
	cd web && npm ci --no-audit --no-fund
	touch node_modules/.installed

test: test-rust test-web test-browser test-queue ## Everything: format, lints, Rust, web, browser and queue tests
	echo "All tests passed."

test-rust: web | tools tools-faults
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) test --locked

test-web: web/node_modules/.installed
	cd web && npm run check && npm test

test-bin: web | tools
	$(CARGO) build --locked

test-browser: test-bin | tools-browser
	BACKSTOCK_BIN="$(TEST_BIN)" node tests/e2e/run.mjs

# 10,000 random sequences of the outbox against a real box: QUEUE_COUNT=500 for fewer.
test-queue: test-bin
	BACKSTOCK_BIN="$(TEST_BIN)" node tests/queue/run.mjs

bench: build ## Print the figures: moves, scans, plans, start, memory, first load, offline open, drain, camera, Lighthouse
	BACKSTOCK="$(BIN)" $(CARGO) bench --locked --bench figures
	BACKSTOCK_BIN="$(BIN)" node benches/offline-open.mjs
	BACKSTOCK_BIN="$(BIN)" node benches/drain.mjs
	BACKSTOCK_BIN="$(BIN)" node benches/lighthouse.mjs
	BACKSTOCK_BIN="$(BIN)" node benches/camera.mjs

fmt: ## Format the Rust code
	$(CARGO) fmt

openapi: web ## Write schema/openapi.json, and the web client's types from it
	OPENAPI_WRITE=1 $(CARGO) test --locked --test it openapi
	cd web && npm run types

tools:
	@missing=()
	command -v $(CARGO) >/dev/null || missing+=("Rust 1.92 or newer (https://rustup.rs)")
	command -v cc >/dev/null || missing+=("a C compiler (Debian: apt-get install build-essential)")
	command -v npm >/dev/null || missing+=("Node.js 20.19 or newer with npm (https://nodejs.org)")
	if [ $${#missing[@]} -gt 0 ]; then
	  printf 'Please install %s.\n' "$${missing[@]}" >&2; exit 1
	fi

# What the fault tests break system calls with. Installed where we may, else named.
tools-faults:
	@if command -v strace >/dev/null; then exit 0; fi
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy strace
	else
	  echo "The fault tests need strace and root (they mount a small disk): sudo apt-get install strace" >&2
	  exit 1
	fi

# What the browser tests drive and look with. Installed where we may, else named.
tools-browser:
	@packages=()
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || command -v google-chrome >/dev/null || packages+=(chromium)
	command -v certutil >/dev/null || packages+=(libnss3-tools)
	command -v pdftoppm >/dev/null || packages+=(poppler-utils)
	command -v openssl >/dev/null || packages+=(openssl)
	if [ $${#packages[@]} -eq 0 ]; then exit 0; fi
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy "$${packages[@]}"
	else
	  echo "The browser tests need: $${packages[*]}" >&2
	  echo "On Debian or Ubuntu:    sudo apt-get install $${packages[*]}" >&2
	  echo "Elsewhere: Chromium, NSS's certutil, Poppler's pdftoppm and openssl by any means, in the PATH." >&2
	  exit 1
	fi
