package public_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/public"
)

var update = flag.Bool("update", false, "write testdata/values.txt")

// TestStructureIsPublic: words of enums, durations and their like never become tokens: the
// object would not be valid any more.
func TestStructureIsPublic(t *testing.T) {
	t.Parallel()
	for _, l := range leaves() {
		if l.kind == "Telemetry" || l.kind == "RequestAuthentication" || slices.Contains(l.path, "extensionProviders") {
			continue // of which no snapshot has anything
		}
		if f := public.Of(l.kind).At(l.path); l.structure && !f.Name() {
			t.Errorf("%s is structure, and the table has it for a value (table.go)", l)
		}
	}
}

// TestValues compares what the table makes a value with the list that people read: a field
// that is new in Istio or Kubernetes is one until somebody says that it is a name.
func TestValues(t *testing.T) {
	t.Parallel()
	var lines []string
	for _, l := range leaves() {
		if f := public.Of(l.kind).At(l.path); !f.Name() && !slices.Contains(l.path, "managedFields") {
			lines = append(lines, l.kind+" "+strings.Join(short(l), "."))
		}
	}
	slices.Sort(lines)
	got := strings.Join(slices.Compact(lines), "\n") + "\n"
	file := filepath.Join("testdata", "values.txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is not what the table says: go test ./resolve/public -update, and read the difference (table.go)", file)
	}
}

// short is the path down to where all is a value.
func short(l leaf) []string {
	for i := range l.path {
		if !public.Of(l.kind).At(l.path[:i+1]).Known() {
			return l.path[:i+1]
		}
	}
	return l.path
}

// TestAt: lists are transparent, keys of maps are not fields.
func TestAt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, path  string
		name, known bool
	}{
		{"VirtualService", "spec.http.0.match.1.headers.host.exact", false, false},
		{"VirtualService", "spec.http.0.headers.request.set.host", false, false},
		{"VirtualService", "spec.http.0.route.0.destination.host", true, true},
		{"VirtualService", "spec.http.0.retries.attempts", true, true},
		{"VirtualService", "spec.http.0.directResponse.body.string", false, false},
		{"DestinationRule", "spec.subsets.0.trafficPolicy.portLevelSettings.0.loadBalancer.consistentHash.httpCookie.attributes.0.value", false, false},
		{"DestinationRule", "spec.trafficPolicy.portLevelSettings.0.tls.mode", true, true},
		{"Deployment", "spec.template.spec.containers.0.env.0.value", false, false},
		{"Deployment", "spec.template.spec.containers.0.env.0.name", true, true},
		{"Nothing", "spec.hosts", false, false},
	} {
		f := public.Of(c.kind).At(strings.Split(c.path, "."))
		if f.Name() != c.name || f.Known() != c.known {
			t.Errorf("%s", fmt.Sprintf("%s %s: name %v, known %v (field.go)", c.kind, c.path, f.Name(), f.Known()))
		}
	}
}
