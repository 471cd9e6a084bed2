package main_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/analyze/expect"
	"github.com/mtlsctl/mtlsctl/analyze/project"
)

// The schemas of the files that people write, for their editors.
const (
	configSchema = "docs/schemas/Config.json"
	testSchema   = "docs/schemas/MeshTest.json"
)

const testHead = "apiVersion: mtlsctl.io/v1alpha1\nkind: MeshTest\n"

// parsers read the files that the schemas describe.
var parsers = map[string]func(text string) error{
	configSchema: func(text string) error { _, err := project.Parse("x.yaml", []byte(text)); return err },
	testSchema:   func(text string) error { _, err := expect.Parse("x.yaml", []byte(text)); return err },
}

// TestSchemasAgree: of each text schema and parser say the same.
func TestSchemasAgree(t *testing.T) {
	t.Parallel()
	for schema, texts := range map[string]map[string]bool{
		configSchema: {
			page(t, "testdata/config/market.yaml"): true,
			"{}":                                   true,
			"apiVersion: mtlsctl.io/v1alpha1\nkind: Config\nonly: []": true,
			"apiVersion: mtlsctl.io/v2":                               false,
			"kind: MeshTest":                                          false,
			"ignore: [{code: MTLS0101, namespace: a-*, reason: b, expires: 2027-01-31}]":                               true,
			"ignore: [{labels: {app: a}, reason: b}]":                                                                  true,
			"ignore: [{labels: 'app=a,tier!=db', reason: b}]":                                                          true,
			"ignore: [{code: MTLS0101}]":                                                                               false,
			"ignore: [{reason: b}]":                                                                                    false,
			"ignore: [{code: MTLS0101, reason: b, until: c}]":                                                          false,
			"ignore: [{code: MTLS0101, reason: b, expires: soon}]":                                                     false,
			"exceptions: [{namespace: a, name: b, mode: DISABLE, owner: c, reason: d, ports: [80], kind: Deployment}]": true,
			"exceptions: [{namespace: a, name: b, mode: STRICT, owner: c, reason: d}]":                                 false,
			"exceptions: [{namespace: a, name: b, mode: DISABLE, owner: c}]":                                           false,
			"exceptions: [{namespace: a, name: b, mode: DISABLE, owner: c, reason: d, ports: [a]}]":                    false,
			"severity: {MTLS0108: error}":                                                                              true, "severity: {MTLS0108: off}": false, "severity: {IST0101: error}": false,
			"failOn: never": true, "failOn: soon": false, "profile: strict": true, "profile: zero": false, "skip: [MTLS0113]": true, "skip: MTLS0113": false, "ignroe: []": false,
		},
		testSchema: {
			page(t, "testdata/expect/shop.yaml"):                                                                                           true,
			testHead + "expect: [{workload: deploy/a.b, mode: STRICT}]":                                                                    true,
			testHead + "expect: [{workload: deploy/a.b, port: 80, mode: [STRICT, NONE], name: a}]":                                         true,
			testHead + "expect: [{from: a, to: 'b:80', verdict: [mtls, plaintext]}]":                                                       true,
			testHead + "metadata: {name: a}\nfiles: [.]\nkustomize: [b]\nnamespace: c\nrootNamespace: d\nexpect: [{no-plaintext-into: a}]": true,
			testHead + "meshConfig: a\nassumeInjected: [b]\nassumeNotInjected: [c]\nrevisions: [d]\nexpect: [{no-plaintext-into: a}]":      true,
			"kind: MeshTest\nexpect: [{no-plaintext-into: a}]":                                                                             false,
			testHead + "expect: []":                                                    false,
			testHead + "expect: [{workload: deploy/a.b}]":                              false,
			testHead + "expect: [{workload: deploy/a.b, mode: UNSET}]":                 false,
			testHead + "expect: [{workload: deploy/a.b, mode: STRICT, port: 0}]":       false,
			testHead + "expect: [{workload: deploy/a.b, mode: STRICT, verdict: mtls}]": false,
			testHead + "expect: [{from: a, verdict: mtls}]":                            false,
			testHead + "expect: [{from: a, to: b, verdict: good}]":                     false,
			testHead + "expect: [{no-plaintext-into: a, workload: b, mode: STRICT}]":   false,
			testHead + "expect: [{no-plaintext-into: a, port: 80}]":                    false,
			testHead + "expect: [{no-plaintext-into: a, to: b}]":                       false,
			testHead + "expectations: [{no-plaintext-into: a}]":                        false,
		},
	} {
		for text, good := range texts {
			if err := parsers[schema](text); (err == nil) != good {
				t.Errorf("%q is read: %v, want %t", text, err, good)
			}
			if err := valid(t, schema, text); (err == nil) != good {
				t.Errorf("%s of %q: %v, want %t", schema, text, err, good)
			}
		}
	}
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// TestSchemasOfPages: the files that docs shows are read, and valid.
func TestSchemasOfPages(t *testing.T) {
	t.Parallel()
	tried := map[string]int{}
	for _, name := range pages(t) {
		for _, block := range yamlBlock.FindAllStringSubmatch(page(t, name), -1) {
			schema := configSchema
			switch text := block[1]; {
			case strings.Contains(text, "kind: MeshTest"):
				schema = testSchema
			case !strings.Contains(text, "ignore:\n") && !strings.Contains(text, "ignore: #") && !strings.HasPrefix(text, "exceptions:"):
				continue
			}
			tried[schema]++
			if err := parsers[schema](block[1]); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := valid(t, schema, block[1]); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if tried[configSchema] < 2 || tried[testSchema] < 1 {
		t.Errorf("tried only %v", tried)
	}
}

// valid validates YAML.
func valid(t *testing.T, schema, text string) error {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(schema)
	if err != nil {
		t.Fatal(err)
	}
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// TestSchemasAreWhole: a schema has the keys that the parser knows, which it lists where
// it meets another one.
func TestSchemasAreWhole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ schema, of, text string }{
		{configSchema, "", "zzz: 1"}, {configSchema, "ignore", "ignore: [{zzz: 1}]"}, {configSchema, "exception", "exceptions: [{zzz: 1}]"},
		{testSchema, "", testHead + "zzz: 1"}, {testSchema, "expectation", testHead + "expect: [{zzz: 1}]"},
	} {
		err := parsers[c.schema](c.text)
		if err == nil {
			t.Fatalf("%q is read", c.text)
		}
		listed := regexp.MustCompile(`: it has (.*)$`).FindStringSubmatch(err.Error())
		if listed == nil {
			t.Fatalf("%q: %v", c.text, err)
		}
		want := strings.Split(listed[1], ", ")
		slices.Sort(want)
		if diff := cmp.Diff(want, properties(t, c.schema, c.of)); diff != "" {
			t.Errorf("%s %s (-parser +schema)\n%s", c.schema, c.of, diff)
		}
	}
}

// properties are the keys of a part of a schema, "" for its top.
func properties(t *testing.T, schema, of string) []string {
	t.Helper()
	type part struct {
		Properties map[string]any `json:"properties"`
	}
	text, err := os.ReadFile(schema)
	if err != nil {
		t.Fatal(err)
	}
	var top struct {
		part
		Defs map[string]part `json:"$defs"`
	}
	if err := json.Unmarshal(text, &top); err != nil {
		t.Fatal(err)
	}
	if of == "" {
		return slices.Sorted(maps.Keys(top.Properties))
	}
	return slices.Sorted(maps.Keys(top.Defs[of].Properties))
}
