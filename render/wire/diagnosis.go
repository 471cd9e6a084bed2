package wire

import "errors"

// Diagnosis is the data of diagnose.
type Diagnosis struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=Diagnosis"`
	Scope      Scope  `json:"scope"`
	// Complete is false where something of the input is missing: Missing shows what.
	Complete bool          `json:"complete"`
	Missing  []MissingItem `json:"missing"`
	// Items are the symptoms, the most frequent first: lines of one symptom and one cause are one.
	Items  []DiagnosisItem `json:"items"`
	Totals DiagnosisTotals `json:"totals"`
}

// DiagnosisTotals count lines.
type DiagnosisTotals struct {
	// Items is how many items there are, Settled how many of them have a likely cause.
	Items   int `json:"items"`
	Settled int `json:"settled"`
	// Lines were read, Others of them have no known symptom; Beyond are those of further symptoms
	// and calls, which were not examined because there were too many.
	Lines  int `json:"lines"`
	Others int `json:"others"`
	Beyond int `json:"beyond"`
	// Unknown is the first line without a known symptom, "" for none.
	Unknown string `json:"unknown"`
}

// DiagnosisItem is a symptom with its causes in the mesh.
type DiagnosisItem struct {
	// Symptom is a stable word, which explain takes.
	Symptom string `json:"symptom"`
	Title   string `json:"title"`
	// Means is what happened, Not what it is not.
	Means string `json:"means"`
	Not   string `json:"not"`
	// MTLS is whether the symptom is about mTLS: yes, no, or depends on the cause.
	MTLS string `json:"mtls" jsonschema:"enum=mtls,enum=not-mtls,enum=depends"`
	// Log is whose log has such lines, Line the first of them, Count how many there are.
	Log   string `json:"log"`
	Line  string `json:"line"`
	Count int    `json:"count"`
	// Calls are those that the lines are of, as far as they are known.
	Calls []DiagnosisCall `json:"calls"`
	// Lost is true where the lines name a server that the input does not have: then nothing is
	// unlikely.
	Lost bool `json:"lost"`
	// Verdict is what becomes of the call by the configuration, and Because why; "" where its ends
	// are not known.
	Verdict string `json:"verdict" jsonschema:"enum=unknown,enum=mtls,enum=plaintext,enum=broken,enum=passthrough-tls,enum="`
	Because string `json:"because"`
	// Seen counts the calls of the client to the port in the record of traffic, 0 without one.
	Seen DiagnosisSeen `json:"seen"`
	// Causes are the likely ones first, then the possible, then those to which the configuration
	// does not lead.
	Causes []DiagnosisCause `json:"causes"`
	See    []string         `json:"see"`
}

// DiagnosisCall is one call, "" for an end that is unknown.
type DiagnosisCall struct {
	Client string `json:"client"`
	Target string `json:"target"`
	Count  int    `json:"count"`
}

// DiagnosisSeen counts recorded calls by how they were secured.
type DiagnosisSeen struct {
	MTLS      float64 `json:"mtls"`
	Plaintext float64 `json:"plaintext"`
	Unknown   float64 `json:"unknown"`
}

// DiagnosisCause is one cause.
type DiagnosisCause struct {
	// Name is a stable word.
	Name string `json:"name"`
	// State is likely where the configuration leads to this symptom, possible where configuration
	// does not decide it, unlikely where it leads to something else.
	State string `json:"state" jsonschema:"enum=likely,enum=possible,enum=unlikely"`
	Text  string `json:"text"`
	// Check is how to find out, "" where the configuration decides.
	Check string `json:"check"`
	// Facts are the evidence, Clients the workloads whose calls suffer from it.
	Facts   []DiagnosisFact `json:"facts"`
	Clients []Ref           `json:"clients"`
	Fixes   []DiagnosisFix  `json:"fixes"`
}

// DiagnosisFact is one piece of evidence.
type DiagnosisFact struct {
	Topic string `json:"topic"`
	Text  string `json:"text"`
	// Rule is the number of a rule or the code of a check, which explain takes; "" for neither.
	Rule     string   `json:"rule"`
	Object   Ref      `json:"object"`
	Field    string   `json:"field"`
	Position Position `json:"position"`
}

// DiagnosisFix is one way to repair a cause.
type DiagnosisFix struct {
	Text string `json:"text"`
	// Tried is true where the edits were applied to the model and the cause was gone; After is
	// the verdict of the call then, "unknown" for a cause that is not about one call.
	Tried bool       `json:"tried"`
	After string     `json:"after" jsonschema:"enum=unknown,enum=mtls,enum=plaintext,enum=broken,enum=passthrough-tls"`
	Edits []EditItem `json:"edits"`
}

// check looks whether the totals are those of the items: a report that was cut off has others.
func (d *Diagnosis) check() error {
	if len(d.Items) != d.Totals.Items {
		return errors.New("incomplete report: its items are not those of its totals")
	}
	return nil
}
