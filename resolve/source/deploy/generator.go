package deploy

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

// generation makes sets of parameters of generators.
type generation struct {
	Place
	goTemplate bool
	lacks      []string
	// looked is how many names of files were compared with patterns.
	looked int
}

func (g *generation) lack(format string, values ...any) {
	g.lacks = append(g.lacks, fmt.Sprintf(format, values...))
}

// most is how many generators may stand in one another.
const deepestGenerator = 4

// generate makes the sets of parameters of one generator. Of outer, the parameters of the generator
// before it in a matrix, its fields are filled in first.
func (g *generation) generate(generator, outer map[string]any, depth int) ([]map[string]any, error) {
	if depth > deepestGenerator {
		return nil, fmt.Errorf("more than %d of its generators stand in one another", deepestGenerator)
	}
	if outer != nil {
		filled, err := g.fill(generator, []map[string]any{outer})
		if err != nil {
			return nil, err
		}
		generator, _ = filled[0].(map[string]any)
	}
	var sets []map[string]any
	var err error
	for _, kind := range slices.Sorted(maps.Keys(generator)) {
		of, _ := generator[kind].(map[string]any)
		var more []map[string]any
		switch kind {
		case "selector":
			continue
		case "list":
			more, err = g.list(of)
		case "git":
			more, err = g.git(of)
		case "clusters":
			more, err = g.clusters(of)
		case "matrix":
			more, err = g.matrix(of, depth)
		case "merge":
			more, err = g.merge(of, depth)
		default:
			g.lack("generator %s: which parameters it makes is not in files", kind)
		}
		if err != nil {
			return nil, err
		}
		sets = append(sets, more...)
	}
	if len(sets) > mostApplications {
		return nil, errMany
	}
	return selected(sets, generator["selector"])
}

// selected are the sets that the selector of a generator matches, which sees them as labels.
func selected(sets []map[string]any, selector any) ([]map[string]any, error) {
	if selector == nil {
		return sets, nil
	}
	text, err := yaml.Marshal(selector)
	if err != nil {
		return nil, err
	}
	var s metav1.LabelSelector
	if err := yaml.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("the selector of a generator: %w", err)
	}
	matches, err := metav1.LabelSelectorAsSelector(&s)
	if err != nil {
		return nil, fmt.Errorf("the selector of a generator: %w", err)
	}
	return slices.DeleteFunc(sets, func(set map[string]any) bool {
		flat := labels.Set{}
		for key, value := range flattened(set) {
			flat[key] = value
		}
		return !matches.Matches(flat)
	}), nil
}

// list takes the elements as they stand.
func (g *generation) list(of map[string]any) ([]map[string]any, error) {
	elements, _ := of["elements"].([]any)
	if text, ok := of["elementsYaml"].(string); ok && text != "" {
		var more []any
		if err := yaml.Unmarshal([]byte(text), &more); err != nil {
			return nil, fmt.Errorf("elementsYaml of a list is not valid YAML: %w", err)
		}
		elements = append(slices.Clone(elements), more...)
	}
	var sets []map[string]any
	for _, one := range elements {
		element, ok := one.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("an element of a list is no object")
		}
		if !g.goTemplate {
			element = anyMap(flattened(element))
		}
		sets = append(sets, element)
	}
	return sets, nil
}

// clusters knows the cluster in which Argo CD runs, and none besides: they are Secrets, which are
// never read.
func (g *generation) clusters(of map[string]any) ([]map[string]any, error) {
	if selector, ok := of["selector"].(map[string]any); ok && len(selector) > 0 {
		text, err := yaml.Marshal(selector)
		if err != nil {
			return nil, err
		}
		g.lack("generator clusters: which clusters have the labels %s is not in files", strings.Join(strings.Fields(string(text)), " "))
		return nil, nil
	}
	g.lack("generator clusters: only the cluster in which Argo CD runs is known, all others are Secrets")
	set := map[string]any{"name": "in-cluster", "nameNormalized": "in-cluster", "server": inCluster[0], "project": ""}
	if g.goTemplate {
		set["metadata"] = map[string]any{"labels": map[string]any{}, "annotations": map[string]any{}}
	}
	return g.withValues([]map[string]any{set}, of)
}

// withValues adds the values of a generator, which may use its parameters.
func (g *generation) withValues(sets []map[string]any, of map[string]any) ([]map[string]any, error) {
	values, _ := of["values"].(map[string]any)
	if len(values) == 0 || len(sets) == 0 {
		return sets, nil
	}
	filled, err := g.fill(values, sets)
	if err != nil {
		return nil, err
	}
	for i, set := range sets {
		own, _ := filled[i].(map[string]any)
		if g.goTemplate {
			set["values"] = own
			continue
		}
		for key, value := range own {
			set["values."+key] = fmt.Sprint(value)
		}
	}
	return sets, nil
}

// flattened are all texts of a value by their paths, with dots between.
func flattened(value any) map[string]string {
	out := map[string]string{}
	flatten(out, "", value, 0)
	return out
}

func flatten(out map[string]string, at string, value any, depth int) {
	below := func(key string) string { return strings.TrimPrefix(at+"."+key, ".") }
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if depth < deepest {
				flatten(out, below(key), inner, depth+1)
			}
		}
	case []any:
		for i, inner := range v {
			if depth < deepest {
				flatten(out, below(strconv.Itoa(i)), inner, depth+1)
			}
		}
	case nil:
		out[at] = ""
	case float64:
		out[at] = strconv.FormatFloat(v, 'f', -1, 64)
	default:
		out[at] = fmt.Sprint(v)
	}
}
