package validation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	extensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// table is what the tool keeps of a kind's definition.
type table struct {
	Group    string   `json:"group"`
	Versions []string `json:"versions"`
	Schema   *node    `json:"schema"`
}

// node is what the tool keeps of a schema: no description, and CEL rules by the
// names of the functions that do the same there.
type node struct {
	Type          string           `json:"type,omitempty"`
	Nullable      bool             `json:"nullable,omitempty"`
	Open          bool             `json:"open,omitempty"`
	Format        string           `json:"format,omitempty"`
	Enum          []string         `json:"enum,omitempty"`
	Pattern       string           `json:"pattern,omitempty"`
	Minimum       *float64         `json:"minimum,omitempty"`
	Maximum       *float64         `json:"maximum,omitempty"`
	MinLength     *int64           `json:"minLength,omitempty"`
	MaxLength     *int64           `json:"maxLength,omitempty"`
	MinItems      *int64           `json:"minItems,omitempty"`
	MaxItems      *int64           `json:"maxItems,omitempty"`
	MinProperties *int64           `json:"minProperties,omitempty"`
	MaxProperties *int64           `json:"maxProperties,omitempty"`
	Required      []string         `json:"required,omitempty"`
	AtMostOne     [][]string       `json:"atMostOne,omitempty"`
	Keys          []string         `json:"keys,omitempty"`
	Rules         []string         `json:"rules,omitempty"`
	Items         *node            `json:"items,omitempty"`
	Values        *node            `json:"values,omitempty"`
	Properties    map[string]*node `json:"properties,omitempty"`
}

// tableOf is the table of a definition. It fails on anything in a schema that the
// tool would not evaluate.
func tableOf(crd *extensions.CustomResourceDefinition) ([]byte, error) {
	t := table{Group: crd.Spec.Group}
	var first *extensions.JSONSchemaProps
	for _, v := range crd.Spec.Versions {
		if !v.Served {
			continue
		}
		t.Versions = append(t.Versions, v.Name)
		spec := v.Schema.OpenAPIV3Schema.DeepCopy()
		delete(spec.Properties, "status") // dropped on create: it is a subresource
		if first == nil {
			first = spec
		} else if !reflect.DeepEqual(undescribed(first), undescribed(spec)) {
			return nil, fmt.Errorf("%s: the schemas of %s differ", crd.Name, t.Versions)
		}
	}
	var err error
	if t.Schema, err = nodeOf(crd.Spec.Names.Kind, first); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err = e.Encode(t)
	return b.Bytes(), err
}

func undescribed(p *extensions.JSONSchemaProps) *node { n, _ := nodeOf("", p); return n }

func nodeOf(at string, p *extensions.JSONSchemaProps) (*node, error) {
	n := &node{
		Type: p.Type, Nullable: p.Nullable, Format: p.Format, Pattern: p.Pattern, Minimum: p.Minimum, Maximum: p.Maximum,
		MinLength: p.MinLength, MaxLength: p.MaxLength, MinItems: p.MinItems, MaxItems: p.MaxItems,
		MinProperties: p.MinProperties, MaxProperties: p.MaxProperties, Required: p.Required, Keys: p.XListMapKeys,
		Open: p.XPreserveUnknownFields != nil && *p.XPreserveUnknownFields,
	}
	if rest := unknownParts(p); len(rest) > 0 {
		return nil, fmt.Errorf("%s: the tool does not evaluate %s", at, strings.Join(rest, ", "))
	}
	for _, e := range p.Enum {
		var word string
		if err := json.Unmarshal(e.Raw, &word); err != nil {
			return nil, fmt.Errorf("%s: enum %s: %w", at, e.Raw, err)
		}
		n.Enum = append(n.Enum, word)
	}
	for _, r := range p.XValidations {
		name, ok := rules[strings.Join(strings.Fields(r.Rule), " ")]
		if !ok {
			return nil, fmt.Errorf("%s: the tool has no counterpart of the rule %q", at, r.Rule)
		}
		n.Rules = append(n.Rules, name)
	}
	return n, n.add(at, p)
}

// add adds what is below, and which fields exclude each other.
func (n *node) add(at string, p *extensions.JSONSchemaProps) (err error) {
	var ok bool
	choices := [][]extensions.JSONSchemaProps{p.OneOf}
	for _, all := range p.AllOf {
		choices = append(choices, all.OneOf)
	}
	for _, c := range choices {
		if len(c) == 0 {
			continue
		}
		var fields []string
		if fields, ok = atMostOne(c); !ok {
			return fmt.Errorf("%s: a oneOf that is no choice of fields", at)
		}
		n.AtMostOne = append(n.AtMostOne, fields)
	}
	if p.Items != nil {
		if n.Items, err = nodeOf(at+"[]", p.Items.Schema); err != nil {
			return err
		}
	}
	if p.AdditionalProperties != nil && p.AdditionalProperties.Schema != nil {
		if n.Values, err = nodeOf(at+"{}", p.AdditionalProperties.Schema); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Properties)) {
		below := p.Properties[name]
		if n.Properties == nil {
			n.Properties = map[string]*node{}
		}
		if n.Properties[name], err = nodeOf(at+"."+name, &below); err != nil {
			return err
		}
	}
	return nil
}

// atMostOne are the fields of a choice in the one form that Istio writes: none of
// them, or exactly one.
func atMostOne(choice []extensions.JSONSchemaProps) (fields []string, ok bool) {
	if choice[0].Not == nil || len(choice[0].Not.AnyOf) != len(choice)-1 {
		return nil, false
	}
	for i, c := range choice[1:] {
		if len(c.Required) != 1 || !slices.Equal(c.Required, choice[0].Not.AnyOf[i].Required) {
			return nil, false
		}
		fields = append(fields, c.Required[0])
	}
	return fields, true
}

// unknownParts names what stands in a schema and is not kept.
func unknownParts(p *extensions.JSONSchemaProps) (parts []string) {
	for _, all := range p.AllOf {
		if all.OneOf == nil {
			parts = append(parts, "allOf")
		}
	}
	for what, is := range map[string]bool{
		"int-or-string": p.XIntOrString, "anyOf": p.AnyOf != nil, "not": p.Not != nil, "default": p.Default != nil,
		"multipleOf": p.MultipleOf != nil, "exclusive bounds": p.ExclusiveMinimum || p.ExclusiveMaximum, "uniqueItems": p.UniqueItems,
		"set": p.XListType != nil && *p.XListType == "set", "embedded resource": p.XEmbeddedResource,
		"additionalProperties: false": p.AdditionalProperties != nil && p.AdditionalProperties.Schema == nil && !p.AdditionalProperties.Allows,
	} {
		if is {
			parts = append(parts, what)
		}
	}
	slices.Sort(parts)
	return parts
}
