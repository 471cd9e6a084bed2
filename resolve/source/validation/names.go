package validation

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
)

// Judge says why a cluster would refuse objects. It remembers labels, most of which come
// again. The zero Judge is ready for use, by one goroutine.
type Judge struct {
	keys, values map[string]bool
	report       report
}

// labelled are the kinds whose names are one label of a DNS name. Kubernetes was
// stricter about Services once, and no longer is.
var labelled = map[string]bool{"Namespace": true, "Service": true}

// Names says why the API server would refuse the names, labels and annotations of an object
// of any kind. An empty name or namespace is not looked at.
func (n *Judge) Names(kind string, o Meta) []Violation {
	if n.good(kind, o) {
		return nil
	}
	r := n.report.of("Kubernetes")
	at := r.metadata()
	if o.Name != "" && !isName(kind, o.Name) {
		r.add(CauseName, at.child("name"), fmt.Sprintf("name %s is not valid: lower case letters, digits and - are", Quoted(o.Name)))
	}
	if o.Namespace != "" && !isPlain(o.Namespace) {
		r.add(CauseName, at.child("namespace"), fmt.Sprintf("namespace %s is not valid: lower case letters, digits and - are", Quoted(o.Namespace)))
	}
	for _, key := range slices.Sorted(maps.Keys(o.Labels)) {
		if !known(n.keys, key, isKey) || !known(n.values, o.Labels[key], isValue) {
			r.add(CauseLabel, at.child("labels").child(key), fmt.Sprintf("label %s: %s is not valid", Quoted(key), Quoted(o.Labels[key])))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(o.Annotations)) {
		if !known(n.keys, strings.ToLower(key), isKey) {
			r.add(CauseLabel, at.child("annotations").child(key), fmt.Sprintf("annotation key %s is not valid", Quoted(key)))
		}
	}
	if sizeOfAll(o.Annotations) > mostAnnotations {
		r.add(CauseLabel, at.child("annotations"), "the annotations are larger than 256 kB")
	}
	return r.violations
}

const mostAnnotations = 256 << 10

// good reports that there is nothing to say, as for nearly all objects.
func (n *Judge) good(kind string, o Meta) bool {
	if n.keys == nil {
		n.keys, n.values = map[string]bool{}, map[string]bool{}
	}
	if o.Name != "" && !isName(kind, o.Name) || o.Namespace != "" && !isPlain(o.Namespace) {
		return false
	}
	for key, value := range o.Labels {
		if !known(n.keys, key, isKey) || !known(n.values, value, isValue) {
			return false
		}
	}
	for key := range o.Annotations {
		if !known(n.keys, strings.ToLower(key), isKey) {
			return false
		}
	}
	return sizeOfAll(o.Annotations) <= mostAnnotations
}

func sizeOfAll(m map[string]string) (size int) {
	for key, value := range m {
		size += len(key) + len(value)
	}
	return size
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
