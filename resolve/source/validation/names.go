package validation

import (
	"fmt"
	"strings"

	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
)

// labelled are the kinds whose names are one label of a DNS name. Kubernetes was
// stricter about Services once, and no longer is.
var labelled = map[string]bool{"Namespace": true, "Service": true}

// Names says why the API server would refuse names, labels and annotations of an object
// of any kind. An empty name or namespace is not looked at.
func Names(kind string, o Meta) []Violation {
	r := &report{by: "Kubernetes"}
	at := (*place)(nil).child("metadata")
	if bad := badName(kind, o.Name); o.Name != "" && len(bad) > 0 {
		r.add(CauseName, at.child("name"), fmt.Sprintf("name %s is not valid: lower case letters, digits and - are", quoted(o.Name)))
	}
	if o.Namespace != "" && len(utilvalidation.IsDNS1123Label(o.Namespace)) > 0 {
		r.add(CauseName, at.child("namespace"), fmt.Sprintf("namespace %s is not valid: lower case letters, digits and - are", quoted(o.Namespace)))
	}
	for key, value := range o.Labels {
		if len(utilvalidation.IsQualifiedName(key)) > 0 || len(utilvalidation.IsValidLabelValue(value)) > 0 {
			r.add(CauseLabel, at.child("labels").child(key), fmt.Sprintf("label %s: %s is not valid", quoted(key), quoted(value)))
		}
	}
	size := 0
	for key, value := range o.Annotations {
		size += len(key) + len(value)
		if len(utilvalidation.IsQualifiedName(strings.ToLower(key))) > 0 {
			r.add(CauseLabel, at.child("annotations").child(key), fmt.Sprintf("annotation key %s is not valid", quoted(key)))
		}
	}
	if size > 256<<10 {
		r.add(CauseLabel, at.child("annotations"), "the annotations are larger than 256 kB")
	}
	return r.violations
}

func badName(kind, name string) []string {
	if labelled[kind] {
		return utilvalidation.IsDNS1123Label(name)
	}
	return utilvalidation.IsDNS1123Subdomain(name)
}
