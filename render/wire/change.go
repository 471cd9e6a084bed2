package wire

// WatchLine is one line of watch with -o json: a change of what holds in the mesh, or of what can
// be read of it.
type WatchLine struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=WatchLine"`
	// Time is when the change was seen.
	Time string `json:"time"`
	// Type is what changes; blind and readable are about kinds of the cluster.
	Type   string `json:"type" jsonschema:"enum=port,enum=call,enum=workload,enum=finding,enum=blind,enum=readable"`
	Effect string `json:"effect" jsonschema:"enum=breaks,enum=weaker,enum=uncertain,enum=repaired,enum=stronger,enum=differs,enum=gone,enum=new"`
	// What is the port, the call, the workload, the finding or the kind.
	What string `json:"what"`
	// Was and Is are modes or verdicts as people read them, "-" for none.
	Was string `json:"was"`
	Is  string `json:"is"`
	// Because is the object that is to blame, and the reason; "" where it is unknown.
	Because string `json:"because"`
	Object  *Ref   `json:"object" jsonschema:"nullable"`
	// Manager is the field manager that changed the object last, and ChangedAt when; "" where the
	// API server has neither, as for a deletion.
	Manager   string `json:"manager"`
	ChangedAt string `json:"changedAt"`
	// Code and Severity are those of a finding, else "".
	Code     string `json:"code"`
	Severity string `json:"severity"`
}
