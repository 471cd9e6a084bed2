package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/mtlsctl/mtlsctl/"

// rooms say which rooms of the house a room may import, itself and what is below
// it always. The first room whose name begins a folder counts.
var rooms = []struct {
	folder string
	may    []string
}{
	{"cmd", append(upTo("analyze"), "resolve/source/manifest", "resolve/source/cluster", "resolve/source/traffic", "resolve/source/dump", "analyze", "render", "render/format", "render/wire")},
	{"render/wire", nil}, // what reads reports needs nothing else
	{"render/format", append(upTo("analyze"), "analyze")},
	{"render", append(upTo("analyze"), "analyze", "render/format", "render/wire")},
	{"analyze", upTo("resolve/path")},
	{"resolve/source/plain", nil},
	{"resolve/source/helm", nil},
	{"resolve/source/deploy", nil},
	{"resolve/source/validation", upTo("resolve/path")},
	{"resolve/source/trim", upTo("resolve/path")},
	{"resolve/source/manifest", append(upTo("resolve/path"), "resolve/source/plain", "resolve/source/trim", "resolve/source/validation")},
	{"resolve/source/cluster", append(upTo("resolve/path"), "resolve/source", "resolve/source/manifest", "resolve/source/trim")},
	{"resolve/source/traffic", upTo("resolve/path")},
	{"resolve/source/dump", upTo("resolve/path")},
	{"resolve/source", append(upTo("resolve/path"), "resolve/source/manifest", "resolve/source/helm", "resolve/source/deploy")},
	{"resolve/evidence", upTo("resolve/mesh")},
	{"resolve/declared", upTo("resolve/authz")},
	{"resolve/change", upTo("resolve/mesh")},
	{"resolve/path", append(upTo("resolve/authz"), "resolve/declared")},
	{"resolve/authz", upTo("resolve/mesh")},
	{"resolve/mesh", upTo("resolve/outbound")},
	{"resolve/outbound", upTo("resolve/inbound")},
	{"resolve/inbound", upTo("resolve/pod")},
	{"resolve/pod", upTo("resolve/config")},
	{"resolve/config", upTo("resolve")},
	{"resolve/proxy", upTo("resolve")},
	{"resolve", nil},
	{"", []string{"cmd"}}, // main.go
}

// strata are the rooms of resolve from the ground up, those side by side as one.
var strata = [][]string{
	{"resolve"}, {"resolve/config", "resolve/proxy"}, {"resolve/pod"}, {"resolve/inbound"}, {"resolve/outbound"}, {"resolve/mesh"}, {"resolve/authz"}, {"resolve/evidence", "resolve/declared", "resolve/change"}, {"resolve/path"}, {"resolve/source"},
}

// upTo are all rooms of resolve that stand no higher than top; for analyze all.
func upTo(top string) []string {
	var list []string
	for _, side := range strata {
		list = append(list, side...)
		if slices.Contains(side, top) {
			break
		}
	}
	return list
}

// reserved lists packages that only some rooms may import. An entry ending in a
// slash means everything below it.
var reserved = []struct {
	packages []string
	only     []string
	why      string
}{
	{[]string{"github.com/spf13/"}, []string{"cmd"}, "cobra never below cmd"},
	{[]string{"os", "os/", "net", "net/", "syscall", "io/ioutil", "k8s.io/client-go/kubernetes/", "k8s.io/client-go/rest", "k8s.io/client-go/dynamic/", "k8s.io/cli-runtime/", "istio.io/client-go/pkg/clientset/", "sigs.k8s.io/kustomize/"},
		[]string{"", "cmd", "resolve/source", "resolve/source/cluster", "resolve/source/traffic", "resolve/source/dump", "resolve/source/validation", "resolve/source/helm"}, "files, network and client sets only in resolve/source and cmd"},
	{[]string{"helm.sh/"}, []string{"resolve/source/helm"}, "Helm only in resolve/source/helm"},
	{[]string{"github.com/fatih/color", "github.com/olekukonko/"}, []string{"render/format"}, "colour and tables only in render/format"},
}

// purePrefixes are what resolve may import besides the standard library: API types, what their messages
// are made of, and how a shell quotes.
var purePrefixes = []string{
	"k8s.io/api/", "k8s.io/apimachinery/pkg/apis/", "k8s.io/apimachinery/pkg/labels", "k8s.io/apimachinery/pkg/util/intstr",
	"istio.io/api/", "istio.io/client-go/pkg/apis/", "sigs.k8s.io/gateway-api/apis/", "google.golang.org/protobuf/proto", "google.golang.org/protobuf/reflect/", "al.essio.dev/pkg/shellescape", module + "resolve",
}

// TestImports enforces who may import whom.
func TestImports(t *testing.T) {
	t.Parallel()
	for _, file := range sources(t) {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if rule := broken(folder(file), path); rule != "" {
				t.Errorf("%s imports %s: %s", file, path, rule)
			}
		}
	}
}

// broken names the rule that an import breaks, "" for none.
func broken(from, path string) string {
	r := room(from)
	if to, own := strings.CutPrefix(path, module); own {
		target := room(to)
		if target == r || slices.Contains(mayImport(r), target) {
			return ""
		}
		return name(r) + " may not import " + to
	}
	for _, rule := range reserved {
		if path == "net/netip" || path == "net/url" { // addresses and URIs as values, no network
			continue
		}
		if slices.ContainsFunc(rule.packages, func(p string) bool { return covers(p, path) }) && !slices.Contains(rule.only, r) {
			return rule.why
		}
	}
	standard := !strings.Contains(strings.Split(path, "/")[0], ".")
	if (r == "resolve" || strings.HasPrefix(r, "resolve/") && !strings.HasPrefix(r, "resolve/source")) && !standard && !slices.ContainsFunc(purePrefixes, func(p string) bool { return strings.HasPrefix(path, p) }) {
		return "resolve imports only the standard library and API types"
	}
	return ""
}

// TestBroken proves the rules on imports that nobody may write.
func TestBroken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, path, want string }{
		{"resolve", module + "render", "resolve may not import render"},
		{"resolve", module + "resolve/source", "resolve may not import resolve/source"},
		{"resolve", module + "resolve/mesh", "resolve may not import resolve/mesh"},
		{"resolve/inbound", module + "resolve/mesh", "resolve/inbound may not import resolve/mesh"},
		{"resolve/pod", module + "resolve/inbound", "resolve/pod may not import resolve/inbound"},
		{"resolve/config", module + "resolve/pod", "resolve/config may not import resolve/pod"},
		{"resolve/outbound", module + "resolve/mesh", "resolve/outbound may not import resolve/mesh"},
		{"resolve/inbound", module + "resolve/outbound", "resolve/inbound may not import resolve/outbound"},
		{"resolve/mesh", module + "resolve/change", "resolve/mesh may not import resolve/change"},
		{"resolve/evidence", module + "resolve/declared", "resolve/evidence may not import resolve/declared"},
		{"resolve/mesh", "sigs.k8s.io/yaml", "resolve imports only the standard library and API types"},
		{"resolve", "sigs.k8s.io/yaml", "resolve imports only the standard library and API types"},
		{"resolve", "os", "files, network and client sets only in resolve/source and cmd"},
		{"analyze/checks", module + "render", "analyze may not import render"},
		{"analyze/checks", module + "resolve/source", "analyze may not import resolve/source"},
		{"analyze", "github.com/spf13/cobra", "cobra never below cmd"},
		{"render", module + "cmd", "render may not import cmd"},
		{"render", "net/http", "files, network and client sets only in resolve/source and cmd"},
		{"cmd", "github.com/fatih/color", "colour and tables only in render/format"},
		{"render", "github.com/olekukonko/tablewriter", "colour and tables only in render/format"},
		{"render/format", module + "render", "render/format may not import render"},
		{"render/format", module + "render/wire", "render/format may not import render/wire"},
		{"render/wire", module + "render", "render/wire may not import render"},
		{"render/wire", module + "resolve", "render/wire may not import resolve"},
		{"", module + "render", "main may not import render"},
		{"", module + "cmd", ""}, {"cmd", module + "resolve/source", ""}, {"analyze/checks", module + "analyze", ""},
		{"resolve/source/manifest", "os", "files, network and client sets only in resolve/source and cmd"},
		{"resolve/source/manifest", module + "resolve/source", "resolve/source/manifest may not import resolve/source"},
		{"resolve/source", module + "resolve/source/cluster", "resolve/source may not import resolve/source/cluster"},
		{"resolve/source", "helm.sh/helm/v4/pkg/engine", "Helm only in resolve/source/helm"}, {"resolve/source/helm", module + "resolve", "resolve/source/helm may not import resolve"},
		{"resolve/source", module + "resolve/source/helm", ""}, {"resolve/source", "os", ""}, {"resolve/source/cluster", "net/http", ""}, {"resolve/source/traffic", module + "resolve", ""}, {"resolve/source/dump", "os", ""}, {"resolve/proxy", module + "resolve/source/dump", "resolve/proxy may not import resolve/source/dump"}, {"render", "bytes", ""}, {"render", module + "render/wire", ""}, {"cmd", module + "render/format", ""},
	} {
		if got := broken(c.from, c.path); got != c.want {
			t.Errorf("%q imports %s: got %q, want %q", c.from, c.path, got, c.want)
		}
	}
}

func covers(p, path string) bool {
	return p == path || strings.HasSuffix(p, "/") && (strings.HasPrefix(path, p) || path+"/" == p)
}

func room(folder string) string {
	for _, r := range rooms {
		if folder == r.folder || strings.HasPrefix(folder, r.folder+"/") {
			return r.folder
		}
	}
	return ""
}

func mayImport(folder string) []string {
	for _, r := range rooms {
		if r.folder == folder {
			return r.may
		}
	}
	return nil
}

func name(room string) string {
	if room == "" {
		return "main"
	}
	return room
}

func folder(file string) string {
	if dir := filepath.ToSlash(filepath.Dir(file)); dir != "." {
		return dir
	}
	return ""
}

// sources lists the Go files of the module; tests may import what they need, and
// nested modules have rules of their own.
func sources(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || len(d.Name()) > 1 && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && path != "deps_tools.go":
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestClock: the time of day only in cmd, so that the same input gives the same
// answer tomorrow.
func TestClock(t *testing.T) {
	t.Parallel()
	for _, file := range sources(t) {
		if room(folder(file)) == "cmd" {
			continue
		}
		for _, call := range []string{"time.Now", "time.Since", "time.Until"} {
			if mentions(t, file, call) {
				t.Errorf("%s calls %s: the clock only in cmd", file, call)
			}
		}
	}
}
