package validation

import (
	"fmt"
	"strings"

	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
)

// Names says why the API server would refuse names, labels and annotations of objects of
// any kind. It remembers labels, most of which come again. The zero Names is ready for
// use, by one goroutine.
type Names struct{ keys, values map[string]bool }

// labelled are the kinds whose names are one label of a DNS name. Kubernetes was
// stricter about Services once, and no longer is.
var labelled = map[string]bool{"Namespace": true, "Service": true}

// Check returns the reasons. An empty name or namespace is not looked at.
func (n *Names) Check(kind string, o Meta) []Violation {
	r := &report{by: "Kubernetes"}
	at := (*place)(nil).child("metadata")
	if o.Name != "" && !isName(kind, o.Name) {
		r.add(CauseName, at.child("name"), fmt.Sprintf("name %s is not valid: lower case letters, digits and - are", quoted(o.Name)))
	}
	if o.Namespace != "" && !isPlain(o.Namespace) {
		r.add(CauseName, at.child("namespace"), fmt.Sprintf("namespace %s is not valid: lower case letters, digits and - are", quoted(o.Namespace)))
	}
	if n.keys == nil {
		n.keys, n.values = map[string]bool{}, map[string]bool{}
	}
	for key, value := range o.Labels {
		if !known(n.keys, key, isKey) || !known(n.values, value, isValue) {
			r.add(CauseLabel, at.child("labels").child(key), fmt.Sprintf("label %s: %s is not valid", quoted(key), quoted(value)))
		}
	}
	size := 0
	for key, value := range o.Annotations {
		size += len(key) + len(value)
		if !known(n.keys, strings.ToLower(key), isKey) {
			r.add(CauseLabel, at.child("annotations").child(key), fmt.Sprintf("annotation key %s is not valid", quoted(key)))
		}
	}
	if size > 256<<10 {
		r.add(CauseLabel, at.child("annotations"), "the annotations are larger than 256 kB")
	}
	return r.violations
}

func known(cache map[string]bool, word string, is func(string) bool) bool {
	good, ok := cache[word]
	if !ok {
		good = is(word)
		cache[word] = good
	}
	return good
}

func isKey(s string) bool   { return len(utilvalidation.IsQualifiedName(s)) == 0 }
func isValue(s string) bool { return len(utilvalidation.IsValidLabelValue(s)) == 0 }

func isName(kind, name string) bool {
	return isPlain(name) || !labelled[kind] && len(utilvalidation.IsDNS1123Subdomain(name)) == 0
}

// isPlain reports one label of a DNS name, as nearly all names are.
func isPlain(s string) bool {
	if s == "" || len(s) > longestLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
