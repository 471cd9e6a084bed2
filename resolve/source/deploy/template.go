package deploy

import (
	"fmt"
	"regexp"
	"strings"
)

// fill makes of a template one value for each set of parameters: what it has in {{ }} is replaced in
// every text, also in keys.
func (g *generation) fill(template any, sets []map[string]any) ([]any, error) {
	var texts []string
	index := map[string]int{}
	collect(template, func(text string) string {
		if _, known := index[text]; !known && strings.Contains(text, "{{") {
			index[text] = len(texts)
			texts = append(texts, text)
		}
		return text
	})
	if size := len(sets) * sizeOf(template, 0); size > mostFilled {
		return nil, errLarge
	}
	rendered := make([][]string, len(sets))
	switch {
	case len(texts) == 0:
	case g.goTemplate:
		var err error
		if rendered, err = g.Templates.Render(texts, sets); err != nil {
			return nil, err
		}
	default:
		for i, parameters := range sets {
			for _, text := range texts {
				rendered[i] = append(rendered[i], replaced(text, parameters))
			}
		}
	}
	out := make([]any, len(sets))
	for i := range sets {
		out[i] = collect(template, func(text string) string {
			if at, there := index[text]; there {
				return rendered[i][at]
			}
			return text
		})
	}
	return out, nil
}

// mostFilled is about how many bytes all that a template makes may have.
const mostFilled = 64 << 20

// errLarge is said of more.
var errLarge = fmt.Errorf("it generates more than %d MiB", mostFilled>>20)

// sizeOf is about the size of a value.
func sizeOf(value any, depth int) int {
	size := 8
	switch v := value.(type) {
	case string:
		size += len(v)
	case []any:
		for _, one := range v {
			if depth < deepest {
				size += sizeOf(one, depth+1)
			}
		}
	case map[string]any:
		for key, one := range v {
			if depth < deepest {
				size += len(key) + sizeOf(one, depth+1)
			}
		}
	}
	return size
}

// deepest is how deep values may be: YAML may be deeper than any template is.
const deepest = 200

// collect is a value with each text changed, in an order that does not matter.
func collect(value any, change func(string) string) any { return collected(value, change, 0) }

func collected(value any, change func(string) string, depth int) any {
	if depth > deepest {
		return nil
	}
	switch v := value.(type) {
	case string:
		return change(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = collected(v[i], change, depth+1)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, inner := range v {
			out[change(key)] = collected(inner, change, depth+1)
		}
		return out
	}
	return value
}

var placeholder = regexp.MustCompile(`\{\{([^{}]*)\}\}`)

// replaced is a text of a plain template: what no parameter is called stays.
func replaced(text string, parameters map[string]any) string {
	return placeholder.ReplaceAllStringFunc(text, func(whole string) string {
		if value, there := parameters[strings.TrimSpace(whole[2:len(whole)-2])]; there {
			return fmt.Sprint(value)
		}
		return whole
	})
}

var notInNames = regexp.MustCompile(`[^-a-z0-9.]`)

// Normalized is a text as a name of an object, as Argo CD makes one.
func Normalized(text string) string {
	text = notInNames.ReplaceAllString(strings.ToLower(text), "-")
	const most = 253
	return strings.Trim(text[:min(len(text), most)], "-.")
}
