package apiserver

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// elsewhere are the fields that have to differ between files and a cluster: where
// something was read, how many pods there are, by what a pod shows that it is in the
// mesh, which a manifest can only promise, and how many calls are declared: ConfigMaps
// are read in files only.
var elsewhere = map[string]bool{
	"scope": true, "position": true, "acceptsPosition": true, "field": true,
	"pods": true, "podsOf": true, "dataplaneReason": true, "dataplaneCause": true, "labels": true, "fingerprint": true, "declaredCalls": true, "known": true,
}

// observed is what a running pod without a sidecar says before it says why.
const observed = "the pod has no istio-proxy container: "

// ages makes words of ties alike: files have no timestamps, and in a cluster what
// was made in the order of its names is of one second, or of two.
var ages = strings.NewReplacer(observed, "",
	"default wins by name (no creation timestamps in the input; in a cluster the older policy wins)", "default wins",
	"default wins: both have the same age, and its name sorts first", "default wins",
	"default is older", "default wins",
	"by its name: the files have no creation timestamps, in a cluster the older policy wins", "its name or age",
	"both have the same age and its name sorts first", "its name or age",
	"it is older", "its name or age",
	" (by name: the files have no timestamps; in a cluster the older rule comes first)", "",
	" (by name: both were created in the same second)", "")

// citation is where a file says what a note is about.
var citation = regexp.MustCompile(` \([^()]+\.yaml:\d+\)$`)

// answer is a report of mtlsctl's without what has to differ.
func answer(t *testing.T, out output) any {
	t.Helper()
	var report any
	if err := json.Unmarshal([]byte(out.stdout), &report); err != nil {
		t.Fatalf("exit %d: %v\n%s%s", out.code, err, out.stdout, out.stderr)
	}
	return without(report)
}

func without(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if v["code"] == "MTLS0101" { // files may be a part of what is applied, a cluster is all of it
			delete(v, "confidence")
		}
		for key, inner := range v {
			if elsewhere[key] || strings.HasSuffix(key, "Position") {
				delete(v, key)
				continue
			}
			v[key] = without(inner)
		}
	case []any:
		v = slices.DeleteFunc(v, func(entry any) bool { return isOfConfigMap(entry) || isOfFiles(entry) })
		for i := range v {
			v[i] = without(v[i])
		}
		return v
	case string:
		return citation.ReplaceAllString(ages.Replace(v), "")
	}
	return value
}

// isOfConfigMap is what a ConfigMap declares.
func isOfConfigMap(value any) bool {
	entry, _ := value.(map[string]any)
	by, _ := entry["by"].(map[string]any)
	return by["kind"] == "ConfigMap"
}

// isOfFiles is what a plan says of files only: that a cluster may have more.
func isOfFiles(value any) bool {
	entry, _ := value.(map[string]any)
	text, _ := entry["text"].(string)
	return strings.Contains(text, "the input is files: ")
}

// same fails the test unless both runs give the same answer.
func same(t *testing.T, files, cluster output) {
	t.Helper()
	if d := cmp.Diff(answer(t, files), answer(t, cluster)); d != "" {
		t.Errorf("- files, + cluster:\n%s%s", d, cluster.stderr)
	}
	if files.code != cluster.code {
		t.Errorf("exit %d from files, %d from the cluster\n%s", files.code, cluster.code, cluster.stderr)
	}
}

var carriedFlags = regexp.MustCompile(`(mtlsctl [a-z-]+)((?: -[fkn] (?:'[^']*'|\S+)| --(?:kubeconfig|context) (?:'[^']*'|\S+)| -A)+)`)

// unflagged is output without the flags that follow-up commands repeat.
func unflagged(text string) string { return carriedFlags.ReplaceAllString(text, "$1") }

// identical fails the test unless both runs printed the same bytes, but for the flags of
// follow-up commands, and ended alike.
func identical(t *testing.T, a, b output) {
	t.Helper()
	if d := cmp.Diff(unflagged(a.stdout), unflagged(b.stdout)); d != "" {
		t.Errorf("the answers differ:\n%s\n%s", d, b.stderr)
	}
	if a.code != b.code {
		t.Errorf("exit %d and %d\n%s", a.code, b.code, b.stderr)
	}
}

func content(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
