package validation

import (
	"embed"
	"encoding/json"
	"regexp"
	"slices"
	"sync"
)

// schemas are the tables, one a kind.
//
//go:embed schemas
var schemas embed.FS

// definition is what a CustomResourceDefinition says of a kind.
type definition struct {
	Group    string   `json:"group"`
	Versions []string `json:"versions"`
	Schema   *schema  `json:"schema"`
}

// schema is what a value has to be.
type schema struct {
	Type     Type     `json:"type"`
	Nullable bool     `json:"nullable"`
	Open     bool     `json:"open"` // keeps fields that it does not name
	Format   string   `json:"format"`
	Enum     []string `json:"enum"`
	Pattern  pattern  `json:"pattern"`

	Minimum       *float64 `json:"minimum"`
	Maximum       *float64 `json:"maximum"`
	MinLength     *int     `json:"minLength"`
	MaxLength     *int     `json:"maxLength"`
	MinItems      *int     `json:"minItems"`
	MaxItems      *int     `json:"maxItems"`
	MinProperties *int     `json:"minProperties"`
	MaxProperties *int     `json:"maxProperties"`

	Required []string `json:"required"`
	// AtMostOne are groups of fields of which one may be set.
	AtMostOne [][]string `json:"atMostOne"`
	// Keys are the fields that tell the items of a list apart.
	Keys []string `json:"keys"`
	// Rules are names of rules, the functions that stand for the kind's CEL.
	Rules []string `json:"rules"`

	Items      *schema            `json:"items"`
	Values     *schema            `json:"values"` // of a map
	Properties map[string]*schema `json:"properties"`
}

// pattern is a regular expression, compiled with the schema.
type pattern struct{ *regexp.Regexp }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *pattern) UnmarshalText(text []byte) (err error) {
	p.Regexp, err = regexp.Compile(string(text))
	return err
}

var definitions sync.Map // kind -> *definition, nil for one without table

// definitionOf is the definition of a kind of a group, nil when there is none.
func definitionOf(group, kind string) *definition {
	found, ok := definitions.Load(kind)
	if !ok {
		found, _ = definitions.LoadOrStore(kind, readDefinition(kind))
	}
	if d := found.(*definition); d != nil && d.Group == group {
		return d
	}
	return nil
}

// readDefinition reads a table. One that cannot be read is a mistake of whoever
// wrote it, which the tests find.
func readDefinition(kind string) *definition {
	if !slices.Contains(Kinds(), kind) {
		return nil
	}
	text, err := schemas.ReadFile("schemas/" + kind + ".json")
	if err != nil {
		return nil
	}
	d := &definition{}
	if err := json.Unmarshal(text, d); err != nil {
		panic("table of " + kind + ": " + err.Error())
	}
	return d
}

// Kinds are those that there are tables for, sorted.
func Kinds() []string {
	return []string{
		"AuthorizationPolicy", "DestinationRule", "EnvoyFilter", "Gateway", "PeerAuthentication", "ProxyConfig", "RequestAuthentication",
		"ServiceEntry", "Sidecar", "Telemetry", "VirtualService", "WorkloadEntry", "WorkloadGroup",
	}
}
