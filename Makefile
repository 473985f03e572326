# Every command that a newcomer needs. `make` alone lists them.
SHELL := /usr/bin/env bash
.DEFAULT_GOAL := help
.PHONY: help demo test generate tools build clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## From nothing to a running system on this machine (KEEP=1 leaves it up)
	@tools/preflight
	@tools/step "Kubernetes: etcd, kubectl, kube-apiserver" tools/build-kubernetes
	@tools/step "Python: moto, boto3, awscli" tools/install-python
	@tools/step "proton-operator and proton-engine" cargo build --locked --workspace --bins
	@KEEP=$(KEEP) target/debug/xtask demo

test: ## Everything that CI runs
	@tools/preflight test
	@tools/verify

generate: ## Make the generated files anew: wire types and CRDs
	@tools/install-python
	@cargo run --quiet --locked --package xtask -- codegen
	@UPDATE_CRDS=1 cargo test --quiet --locked --package proton-operator --lib crd

tools: ## Build the pinned test tools only
	@tools/preflight test
	@tools/build-kubernetes
	@tools/install-python
	@tools/install-javascript
	@tools/build-go-client

clean: ## Remove everything that was built
	cargo clean
	rm -rf .demo
