package helm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"sigs.k8s.io/yaml"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/strvals"
)

// packed ends the directory that a packed chart below charts/ is unpacked into: with the name
// of the file the loader would take it for the file.
const packed = ".tgz!"

// shown is a path with the names that files have.
func shown(name string) string { return strings.ReplaceAll(name, packed, ".tgz") }

// deepest is how many charts may be packed into each other.
const deepest = 8

// unpacked are the files of a release with all charts below it unpacked, so that it is known
// where each template stands.
func unpacked(r *Release) ([]File, error) {
	files := r.Chart
	if r.Archive {
		var err error
		if files, err = unpack(r.Chart[0].Data); err != nil {
			return nil, &Error{Reason: "the archive cannot be read: " + oneLine(err.Error())}
		}
	}
	left := archive.MaxDecompressedChartSize
	files, err := unpackBelow(files, &left, 0)
	if err == nil && len(files) == 0 {
		err = &Error{Reason: errNoFiles.Error()}
	}
	return files, err
}

func unpackBelow(files []File, left *int64, depth int) ([]File, error) {
	var out []File
	for _, f := range files {
		below, isBelow := strings.CutPrefix(f.Name, "charts/")
		if !isBelow || strings.Contains(below, "/") || path.Ext(below) != ".tgz" || strings.HasPrefix(below, "_") || strings.HasPrefix(below, ".") {
			if *left -= int64(len(f.Data)); *left < 0 {
				return nil, &Error{Reason: fmt.Sprintf("it has more than %d MiB", archive.MaxDecompressedChartSize>>20)}
			}
			out = append(out, f)
			continue
		}
		if depth == deepest {
			return nil, &Error{Reason: fmt.Sprintf("more than %d charts are packed into each other", deepest)}
		}
		inner, err := unpack(f.Data)
		if err == nil {
			inner, err = unpackBelow(inner, left, depth+1)
		}
		if err != nil {
			return nil, &Error{Reason: f.Name + " cannot be read: " + oneLine(err.Error())}
		}
		for _, i := range inner {
			out = append(out, File{strings.TrimSuffix(f.Name, ".tgz") + packed + "/" + i.Name, i.Data})
		}
	}
	return out, nil
}

func unpack(data []byte) ([]File, error) {
	buffered, err := archive.LoadArchiveFiles(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var files []File
	for _, f := range buffered {
		files = append(files, File{f.Name, f.Data})
	}
	return files, nil
}

// tree is a loaded chart, and where the charts in it are.
type tree struct {
	chart *chart.Chart
	// files are the paths of the files named Chart.yaml, by the first byte of each.
	files map[*byte]string
}

// load makes a chart of its files.
func load(files []File) (*tree, error) {
	t := &tree{files: map[*byte]string{}}
	var buffered []*archive.BufferedFile
	for _, f := range files {
		data := bytes.TrimPrefix(f.Data, []byte("\xef\xbb\xbf"))
		if path.Base(f.Name) == "Chart.yaml" && len(data) > 0 {
			t.files[&data[0]] = f.Name
		}
		buffered = append(buffered, &archive.BufferedFile{Name: f.Name, Data: data})
	}
	var err error
	if t.chart, err = loader.LoadFiles(buffered); err != nil {
		return nil, &Error{Reason: oneLine(err.Error())}
	}
	if v := t.chart.Metadata.APIVersion; v != chart.APIVersionV1 && v != chart.APIVersionV2 {
		return nil, &Error{Reason: fmt.Sprintf("its apiVersion is %q, and Helm knows v1 and v2", v)}
	}
	return t, nil
}

// folder is the directory of a chart of the tree, "" for the top. An alias is a copy of the
// chart, with the same bytes.
func (t *tree) folder(c *chart.Chart) string {
	for _, f := range c.Raw {
		if f.Name == "Chart.yaml" && len(f.Data) > 0 {
			return strings.TrimPrefix(path.Dir(t.files[&f.Data[0]]), ".")
		}
	}
	return ""
}

// valuesOf are the values over those of the chart.
func valuesOf(r *Release) (map[string]any, error) {
	all := map[string]any{}
	for _, f := range r.Values {
		values, err := loader.LoadValues(bytes.NewReader(f.Data))
		if err != nil {
			return nil, &Error{Reason: f.Name + " holds no values: " + oneLine(err.Error())}
		}
		all = loader.MergeMaps(all, values)
	}
	for _, set := range r.Set {
		if err := strvals.ParseInto(set, all); err != nil {
			return nil, &Error{Reason: fmt.Sprintf("--set %s: %s", set, oneLine(err.Error()))}
		}
	}
	for _, set := range r.SetString {
		if err := strvals.ParseIntoString(set, all); err != nil {
			return nil, &Error{Reason: fmt.Sprintf("--set-string %s: %s", set, oneLine(err.Error()))}
		}
	}
	for _, f := range r.SetFile {
		content := func([]rune) (any, error) { return string(f.Data), nil }
		if err := strvals.ParseIntoFile(f.Name+"=file", all, content); err != nil {
			return nil, &Error{Reason: fmt.Sprintf("--set-file %s: %s", f.Name, oneLine(err.Error()))}
		}
	}
	return all, nil
}

// refersElsewhere reports a chart of which a schema refers to something that would have to be
// fetched, or read of a file.
func refersElsewhere(c *chart.Chart) bool {
	if len(c.Schema) > 0 {
		var schema any
		if yaml.Unmarshal(c.Schema, &schema) == nil && refers(schema) {
			return true
		}
	}
	for _, d := range c.Dependencies() {
		if refersElsewhere(d) {
			return true
		}
	}
	return false
}

func refers(schema any) bool {
	switch s := schema.(type) {
	case []any:
		for _, one := range s {
			if refers(one) {
				return true
			}
		}
	case map[string]any:
		for key, one := range s {
			text, isText := one.(string)
			switch {
			case refers(one):
				return true
			case !isText:
			case key == "$ref" || key == "$dynamicRef" || key == "$recursiveRef":
				if !strings.HasPrefix(text, "#") {
					return true
				}
			case key == "$schema" && !strings.Contains(text, "://json-schema.org/"):
				return true
			}
		}
	}
	return false
}

// reason is an error as a sentence for the parent.
func reason(err error) *Error {
	if e, ok := err.(*Error); ok {
		return e
	}
	text, _ := json.Marshal(err.Error())
	return &Error{Reason: oneLine(strings.Trim(string(text), `"`))}
}
