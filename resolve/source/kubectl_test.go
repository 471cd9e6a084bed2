package source_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// judged is what kubectl apply makes of a text: the objects that it would apply, and
// whether it gives up somewhere, and reads no further.
type judged struct {
	objects []map[string]any
	gaveUp  bool
}

// kubectl reads a text as kubectl apply does: k8s.io/cli-runtime's StreamVisitor, and its
// FlattenListVisitor, over k8s.io/apimachinery's decoder.
func kubectl(data []byte) (j judged) {
	const read = 4096
	data = withoutMark(data)
	if last := len(data) - 1 - bytes.LastIndexByte(data, '\n'); last > 0 && last%read == 0 {
		data = append(slices.Clone(data), '\n') // apimachinery drops such a line where it is not ended
	}
	d := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), read)
	for {
		var ext runtime.RawExtension
		err := d.Decode(&ext)
		if errors.Is(err, io.EOF) {
			return j
		}
		if err != nil {
			j.gaveUp = true
			return j
		}
		raw := bytes.TrimSpace(ext.Raw)
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		o, _, err := unstructured.UnstructuredJSONScheme.Decode(raw, nil, nil)
		if err != nil {
			continue // kubectl says so and goes on
		}
		j.take(o)
	}
}

// take flattens lists. Deeper lists are flattened too, which is more than kubectl does.
func (j *judged) take(o runtime.Object) {
	switch o := o.(type) {
	case *unstructured.UnstructuredList:
		for i := range o.Items {
			j.take(&o.Items[i])
		}
	case *unstructured.Unstructured:
		if !o.IsList() {
			delete(o.Object, "items") // of an item, where it means nothing
			j.objects = append(j.objects, o.Object)
			return
		}
		for _, item := range o.Object["items"].([]any) {
			if m, ok := item.(map[string]any); ok {
				j.take(&unstructured.Unstructured{Object: m})
			}
		}
	}
}

// withoutMark is what kubectl's FileVisitor does before.
func withoutMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) }

// compareWithKubectl fails where a text means something else to kubectl, and nothing in
// the Input says that something was not understood.
func compareWithKubectl(t *testing.T, data []byte) (said bool) {
	t.Helper()
	in := readBytes(t, data)
	for _, p := range in.Problems {
		if strings.HasPrefix(p.Message, "internal error") {
			t.Errorf("%q: %s", data, p.Message)
		}
	}
	if slices.ContainsFunc(in.Problems, func(p resolve.Problem) bool { return !p.Harmless }) || slices.ContainsFunc(in.Notes, func(n manifest.Note) bool { return n.Unread }) {
		return true
	}
	j := kubectl(data)
	if j.gaveUp && len(in.Objects) > 0 {
		t.Errorf("kubectl gives up, mtlsctl says nothing of it and reads %v\n%q", summary(in), data)
		return false
	}
	want := readBytes(t, asJSON(t, j.objects))
	if got, want := told(t, in), told(t, want); !slices.Equal(got, want) {
		t.Errorf("%q\nmtlsctl: %s\nkubectl: %s\n%v", data, strings.Join(got, "\n"), strings.Join(want, "\n"), summary(in))
	}
	return false
}

// asJSON writes objects in the form that has but one meaning.
func asJSON(t *testing.T, objects []map[string]any) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, o := range objects {
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(text, '\n'))
	}
	return b.Bytes()
}

func readBytes(t *testing.T, data []byte) *source.Input {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: bytes.NewReader(data), Workers: 1})
	if err != nil {
		t.Fatalf("%v\n%q", err, data)
	}
	return in
}

// told is everything that was understood of the objects.
func told(t *testing.T, in *source.Input) []string {
	t.Helper()
	list := make([]string, 0, len(in.Objects))
	for _, o := range in.Objects {
		text, err := json.Marshal(o.Value)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, o.Ref().String()+" "+string(bytes.ReplaceAll(text, []byte(`"Block":true`), []byte(`"Block":false`))))
	}
	return list
}
