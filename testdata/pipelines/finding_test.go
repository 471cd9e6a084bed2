package pipelines

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// finding is what every format says of one, as far as it says it.
type finding struct {
	Severity, Code, Object, Namespace, File string
	Line                                    int
	Message, Fix, Fingerprint               string
}

// report is the part of -o json that the others are compared with.
type report struct {
	Totals map[string]int
	Items  []struct {
		Code, Severity, Confidence, Message, Fix, Fingerprint string
		Object                                                struct{ Kind, Namespace, Name string }
		Position                                              struct {
			File string
			Line int
		}
	}
	Ran     []string
	Skipped []struct{ Code string }
}

func parseReport(t *testing.T, text string) report {
	t.Helper()
	var r report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("-o json: %v", err)
	}
	return r
}

func (r report) findings() []finding {
	var all []finding
	for _, i := range r.Items {
		f := finding{
			Severity: i.Severity, Code: i.Code, File: path.Clean(i.Position.File), Line: i.Position.Line,
			Fix: i.Fix, Fingerprint: i.Fingerprint,
		}
		f.about(i.Object.Kind, i.Object.Namespace, i.Object.Name)
		f.Message = sentence(i.Confidence, i.Message)
		all = append(all, f)
	}
	return all
}

// about sets the object, and the namespace that a finding is told under: its own for a
// Namespace.
func (f *finding) about(kind, namespace, name string) {
	f.Object, f.Namespace = strings.ToLower(kind)+"/"+name, namespace
	switch {
	case kind == "Namespace":
		f.Namespace = name
	case namespace != "":
		f.Object += "." + namespace
	}
}

// worlds are inputs with findings of every severity, in several namespaces, as they are
// named from the folder that they are copied to.
var worlds = map[string]string{"shop": "mesh/shop", "bookinfo": "mesh/bookinfo", "MTLS0501.yaml": "checks/MTLS0501.yaml"}

// world copies one into a folder of its own, which is like the top of a repository: no
// path of this machine may show.
func world(t *testing.T, name string) string {
	t.Helper()
	dir, from := t.TempDir(), filepath.Join(root, "testdata", worlds[name])
	if strings.HasSuffix(name, ".yaml") {
		write(t, filepath.Join(dir, name), read(t, from))
	} else if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// sorted orders findings so that formats with orders of their own can be compared.
func sorted(all []finding) []finding {
	return slices.SortedFunc(slices.Values(all), func(a, b finding) int { return strings.Compare(a.key(), b.key()) })
}

func (f finding) key() string {
	key, _ := json.Marshal(f)
	return string(key)
}

// without clears the members of findings that a format does not say.
func without(all []finding, clear func(*finding)) []finding {
	left := slices.Clone(all)
	for i := range left {
		clear(&left[i])
	}
	return left
}

// What formats do not say of a finding, or not so that it can be taken apart again.
func nothing(*finding)            {}
func object(f *finding)           { f.Object = "" }
func objectOnly(f *finding)       { *f = finding{Object: f.Object} }
func namespace(f *finding)        { f.Object, f.Namespace = "", "" }
func fingerprint(f *finding)      { f.Object, f.Fingerprint = "", "" }
func namespaceAndMark(f *finding) { f.Object, f.Namespace, f.Fingerprint = "", "", "" }
func allButCode(f *finding)       { *f = finding{Severity: f.Severity, Code: f.Code} }

// sentence is a message as people read it: after how sure it is, which most formats say in
// it and CSV in a column of its own.
func sentence(confidence, message string) string {
	if confidence == "certain" {
		return message
	}
	return confidence + ": " + message
}
