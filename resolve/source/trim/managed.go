package trim

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// fields is what the last change of a spec, or of anything else, is said to own: that it is the
// spec is all that some answer depends on.
var (
	ofSpec = metav1.NewFieldsV1(`{"f:spec":{}}`)
	ofRest = metav1.NewFieldsV1(`{}`)
)

// Managed is what the API server's bookkeeping of an object says of its last change, and of the
// last one of its spec: who and when, and nothing of the fields. One that was cut stays as it is.
func Managed(text json.RawMessage) []metav1.ManagedFieldsEntry {
	var all []metav1.ManagedFieldsEntry
	if json.Unmarshal(text, &all) != nil {
		return nil
	}
	var spec, last *metav1.ManagedFieldsEntry
	for i := range all {
		e := &all[i]
		if e.Time == nil {
			continue
		}
		if last == nil || last.Time.Before(e.Time) {
			last = e
		}
		if (spec == nil || spec.Time.Before(e.Time)) && OwnsSpec(e) {
			spec = e
		}
	}
	var out []metav1.ManagedFieldsEntry
	if spec != nil {
		out = append(out, metav1.ManagedFieldsEntry{Manager: spec.Manager, Time: spec.Time, FieldsType: "FieldsV1", FieldsV1: ofSpec})
	}
	if last != nil && (spec == nil || spec.Time.Before(last.Time)) {
		out = append(out, metav1.ManagedFieldsEntry{Manager: last.Manager, Time: last.Time, FieldsType: "FieldsV1", FieldsV1: ofRest})
	}
	return out
}

// OwnsSpec reports an entry for some field of the spec.
func OwnsSpec(e *metav1.ManagedFieldsEntry) bool {
	var top map[string]json.RawMessage
	if e.FieldsV1 == nil || e.Subresource != "" || json.Unmarshal(e.FieldsV1.GetRawBytes(), &top) != nil {
		return false
	}
	_, owns := top["f:spec"]
	return owns
}
