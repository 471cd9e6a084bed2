package wire

// Scope shows what an answer covers: what was read, and what could not be.
type Scope struct {
	// Namespaces are those that were asked for; empty means all.
	Namespaces    []string       `json:"namespaces"`
	RootNamespace string         `json:"rootNamespace"`
	Files         int            `json:"files"`
	Documents     int            `json:"documents"`
	Objects       map[string]int `json:"objects"`
	// Skipped counts documents of kinds that show nothing about mTLS.
	Skipped map[string]int `json:"skipped"`
	// Defaulted counts objects that named no namespace.
	Defaulted int       `json:"defaulted"`
	Problems  []Problem `json:"problems"`
	// Cluster shows what was read of a cluster; its name is "" for files.
	Cluster Cluster `json:"cluster"`
	// Istio are the control planes, and the versions whose rules the answer follows.
	Istio []ControlPlane `json:"istio,omitempty"`
	// Environments are those that the answer is about, absent where files were read as they are.
	Environments []string `json:"environments,omitempty"`
	// Base is the one directory that was read, "" when there were several: texts
	// for people name files below it without it.
	Base string `json:"base"`
}

// ControlPlane is one control plane, and the version of Istio whose rules the answer follows for
// its proxies.
type ControlPlane struct {
	// Cluster is where it is, absent where only one was read.
	Cluster  string `json:"cluster,omitempty"`
	Revision string `json:"revision"`
	Version  string `json:"version"`
	// From is what shows the version: "flag", an object such as "Deployment istio-system/istiod",
	// or "assumed" where nothing does.
	From string `json:"from"`
	// Judged is true for a version whose own code this mtlsctl was compared with.
	Judged bool `json:"judged"`
}

// Cluster is the part of a Scope that is about a cluster.
type Cluster struct {
	// Name is the kubeconfig context.
	Name string `json:"name"`
	// Gaps are the kinds that could not be read: with any, the answer is incomplete.
	Gaps []Gap `json:"gaps"`
	// Absent are the kinds of Istio that the cluster does not serve.
	Absent []string `json:"absent"`
	// Defaults shows which mesh configuration could not be read, "" when it was.
	Defaults string `json:"defaults"`
}

// Gap is a kind that could not be read, everywhere or in some namespaces, or the
// configuration of one control plane: what depends on it is unknown.
type Gap struct {
	// Cluster is the cluster that it is about, absent where only one was read.
	Cluster string `json:"cluster,omitempty"`
	Kind    string `json:"kind"`
	// Resource is the kind as the API server calls it: "destinationrules.networking.istio.io".
	Resource string `json:"resource"`
	// Namespaces are those that are missing; absent means all but those of except.
	Namespaces []string `json:"namespaces,omitempty"`
	Except     []string `json:"except,omitempty"`
	// Revision is the control plane whose configuration it is about, absent for a gap of
	// another kind. Resource is then the object's: "configmaps/istio-canary".
	Revision string `json:"revision,omitempty"`
	// Reason is why, in a word or two: "forbidden".
	Reason string `json:"reason"`
}

// Problem is something in the input that could not be used; with any that is not harmless, the answer
// is incomplete.
type Problem struct {
	Position Position `json:"position"`
	Object   Ref      `json:"object"`
	Field    string   `json:"field"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint"`
	// Cause is a stable word for why a cluster refuses the object, "" for other problems.
	Cause string `json:"cause"`
	// Harmless is true where the answer is complete all the same: nothing that the problem
	// hides can affect mTLS.
	Harmless bool `json:"harmless"`
}
