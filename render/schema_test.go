package render_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	generate "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

var update = flag.Bool("update", false, "rewrite the schemas, and still compare")

var wireTypes = map[string]any{
	"WorkloadList": wire.WorkloadList{}, "PolicyList": wire.PolicyList{}, "AuthorizationList": wire.AuthorizationList{}, "ConnectionList": wire.ConnectionList{}, "ConnectionPairList": wire.ConnectionPairList{},
	"Report": wire.Report{}, "Page": wire.PageData{}, "PageList": wire.PageList{}, "RuleList": wire.RuleList{}, "RightsList": wire.RightsList{},
	"DiffList": wire.DiffList{}, "MigrationStatus": wire.MigrationStatus{}, "MigrationPlan": wire.MigrationPlan{}, "ExceptionList": wire.ExceptionList{}, "EnvironmentList": wire.EnvironmentList{}, "TestReport": wire.TestReport{}, "VerifyReport": wire.VerifyReport{},
	"Diagnosis": wire.Diagnosis{}, "Version": wire.Version{}, "NamespaceList": wire.NamespaceList{}, "Graph": wire.Graph{}, "ConnectionMatrix": wire.ConnectionMatrix{},
}

// lineTypes are written line by line, and are no reports that can be shown again.
var lineTypes = map[string]any{"WatchLine": wire.WatchLine{}}

// TestSchema: the published schemas are those of the wire types.
func TestSchema(t *testing.T) {
	r := &generate.Reflector{Anonymous: true, AllowAdditionalProperties: true}
	if err := r.AddGoComments("github.com/mtlsctl/mtlsctl/render", "./wire"); err != nil {
		t.Fatal(err)
	}
	all := maps.Clone(wireTypes)
	maps.Copy(all, lineTypes)
	for kind, data := range all {
		got, err := json.MarshalIndent(r.Reflect(data), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		file := schemaFile(kind)
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v\nmake golden writes it", err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s differs (-golden +got); make golden rewrites it\n%s", file, diff)
		}
	}
}

func schemaFile(kind string) string { return filepath.Join("schema", kind+".json") }

// TestOutputIsValid validates what the commands printed of a real mesh: the goldens
// are output, and the command's tests compare them.
func TestOutputIsValid(t *testing.T) {
	t.Parallel()
	for golden, kind := range map[string]string{
		"workloads.json": "WorkloadList", "workload.json": "WorkloadList", "naked.json": "WorkloadList", "service.json": "WorkloadList",
		"namespace.json": "WorkloadList", "policy.json": "PolicyList", "shadowed.json": "PolicyList", "rule.json": "RuleList", "access.json": "AuthorizationList",
		"connections.json": "ConnectionList", "expanded.json": "ConnectionPairList", "call.json": "ConnectionList", "report.json": "Report", "register.json": "ExceptionList", "environments.json": "EnvironmentList", "expected.json": "TestReport", "change.json": "DiffList",
		"standing.json": "MigrationStatus", "aloud.json": "MigrationStatus", "way.json": "MigrationPlan",
		"verified.json": "VerifyReport", "onepod.json": "VerifyReport",
		"page.json": "Page", "topic.json": "Page", "contents.json": "PageList",
		"law.json": "Page", "laws.json": "PageList",
		"graph.json": "Graph", "summary.json": "NamespaceList", "summed.json": "NamespaceList", "matrix.json": "ConnectionMatrix", "diagnosed.json": "Diagnosis", "symptom.json": "Page", "symptoms.json": "PageList",
	} {
		text, err := os.ReadFile(filepath.Join("..", "testdata", "render", golden))
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, kind, text); err != nil {
			t.Errorf("%s: %v", golden, err)
		}
	}
	if err := validate(t, "WorkloadList", formatted(t, "json", city(30))); err != nil {
		t.Errorf("city: %v", err)
	}
	if err := validate(t, "WorkloadList", formatted(t, "json", render.Workloads{})); err != nil {
		t.Errorf("empty report: %v", err)
	}
	if err := validate(t, "WorkloadList", []byte(`{"kind": "WorkloadList"}`)); err == nil {
		t.Error("the schema takes a report without items")
	}
}

func validate(t *testing.T, kind string, text []byte) error {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaFile(kind))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}

// TestRoundTrip: what was written can be read back without loss, and nothing is
// null.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, view := range []format.View{city(30), render.Workloads{}, render.Story{}} {
		text := formatted(t, "json", view)
		if bytes.Contains(text, []byte("null")) {
			t.Errorf("null in:\n%s", text)
		}
		var list wire.WorkloadList
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&list); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(text), string(formatted(t, "json", anything{list}))); diff != "" {
			t.Errorf("lost on the way (-written +read back):\n%s", diff)
		}
	}
}
