package wire

import "encoding/json"

// Admitted is what AuthorizationPolicies make of calls that arrive.
type Admitted struct {
	// Allowed is true where no policy refuses the calls, false where one does whatever they ask
	// for. It is null where that depends on the request or on what the input does not show, and
	// where the calls fail in any case.
	Allowed *bool `json:"allowed" jsonschema:"nullable"`
	// DeniedBy are the policies that refuse: those with action DENY that match, or those with
	// action ALLOW, none of which matches.
	DeniedBy Deniers `json:"deniedBy"`
}

// Deniers are policies; those of a report that knew of none are an empty list.
type Deniers []Ref

// MarshalJSON writes a list, never null.
func (d Deniers) MarshalJSON() ([]byte, error) {
	if d == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]Ref(d))
}
