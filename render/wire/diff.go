package wire

// DiffList is the data of diff: what a change really changes.
type DiffList struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=DiffList"`
	// Scope is that of the head, Base.Scope that of the base.
	Scope Scope    `json:"scope"`
	Base  DiffSide `json:"base"`
	Head  string   `json:"head"`
	// Failed is true where the run ends with 1, by FailOn.
	Failed  bool        `json:"failed"`
	FailOn  string      `json:"failOn" jsonschema:"enum=broken,enum=weaker,enum=any,enum=never"`
	Totals  DiffTotals  `json:"totals"`
	Objects DiffObjects `json:"objects"`
	// ClientSets are the lists of clients that items refer to by number: most calls
	// have the same.
	ClientSets []ClientSet `json:"clientSets"`
	// ShutOut are workloads without a proxy that can no longer call some ports; whether
	// they did, the input does not show it.
	ShutOut DiffShutOut `json:"shutOut"`
	// Rows are those of the table: what is the same to a reader is one.
	Rows  []DiffRow  `json:"rows"`
	Items []DiffItem `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// DiffTotals counts calls, workload by workload, ports, workloads and findings.
type DiffTotals struct {
	CallsBroken      int `json:"callsBroken"`
	CallsWeaker      int `json:"callsWeaker"`
	CallsUncertain   int `json:"callsUncertain"`
	CallsRepaired    int `json:"callsRepaired"`
	CallsStronger    int `json:"callsStronger"`
	CallsGone        int `json:"callsGone"`
	PortsWeaker      int `json:"portsWeaker"`
	PortsUncertain   int `json:"portsUncertain"`
	PortsStronger    int `json:"portsStronger"`
	PortsDiffer      int `json:"portsDiffer"`
	WorkloadsNew     int `json:"workloadsNew"`
	WorkloadsGone    int `json:"workloadsGone"`
	FindingsNew      int `json:"findingsNew"`
	FindingsGone     int `json:"findingsGone"`
	ObjectsDifferent int `json:"objectsDifferent"`
}

// Join adds the counts of another environment.
func (t *DiffTotals) Join(more DiffTotals) {
	t.CallsBroken += more.CallsBroken
	t.CallsWeaker += more.CallsWeaker
	t.CallsUncertain += more.CallsUncertain
	t.CallsRepaired += more.CallsRepaired
	t.CallsStronger += more.CallsStronger
	t.CallsGone += more.CallsGone
	t.PortsWeaker += more.PortsWeaker
	t.PortsUncertain += more.PortsUncertain
	t.PortsStronger += more.PortsStronger
	t.PortsDiffer += more.PortsDiffer
	t.WorkloadsNew += more.WorkloadsNew
	t.WorkloadsGone += more.WorkloadsGone
	t.FindingsNew += more.FindingsNew
	t.FindingsGone += more.FindingsGone
	t.ObjectsDifferent += more.ObjectsDifferent
}

// DiffSide names the base and what was read of it.
type DiffSide struct {
	Name  string `json:"name"`
	Scope Scope  `json:"scope"`
}

// DiffObjects are the objects that differ, whether or not anything follows of it.
type DiffObjects struct {
	Added   []Ref `json:"added"`
	Changed []Ref `json:"changed"`
	Removed []Ref `json:"removed"`
}

// ClientSet is workloads that call.
type ClientSet struct {
	Number int                `json:"number"`
	Items  []ConnectionClient `json:"items"`
}

// DiffShutOut is who can no longer call how many ports.
type DiffShutOut struct {
	Ports     int                `json:"ports"`
	Workloads []ConnectionClient `json:"workloads"`
}

// DiffItem is one thing that changes.
type DiffItem struct {
	// Environment is the one in which it changes, absent where there are none.
	Environment string `json:"environment,omitempty"`
	Effect      string `json:"effect" jsonschema:"enum=breaks,enum=weaker,enum=uncertain,enum=repaired,enum=stronger,enum=differs,enum=gone,enum=new"`
	Type        string `json:"type" jsonschema:"enum=call,enum=port,enum=workload,enum=finding"`
	// Was and Is are verdicts of a call, modes of a port, "" where there is none.
	Was string `json:"was"`
	Is  string `json:"is"`
	// WasDeniedBy and IsDeniedBy are the AuthorizationPolicies that refused the call, and that
	// refuse it; absent where none does.
	WasDeniedBy []Ref `json:"wasDeniedBy,omitempty"`
	IsDeniedBy  []Ref `json:"isDeniedBy,omitempty"`
	// Because is the reason in words; Object and ObjectStatus the object that is to
	// blame, null and "" where none of the input is.
	Because      string   `json:"because"`
	Object       *Ref     `json:"object" jsonschema:"nullable"`
	ObjectStatus string   `json:"objectStatus" jsonschema:"enum=added,enum=changed,enum=removed,enum="`
	Position     Position `json:"position"`
	// Workload has the port, Port is its number, 0 for every port that nothing names; of
	// a call it is the port of the host.
	Workload *ConnectionClient `json:"workload" jsonschema:"nullable"`
	Port     int32             `json:"port"`
	// Host and Subset are what is called, Clients how many workloads call, Set the
	// number of their list; Servers are the endpoints at which it is so.
	Host string `json:"host"`
	// Called is the object that the host is of, null but for calls.
	Called  *Ref               `json:"called" jsonschema:"nullable"`
	Subset  string             `json:"subset"`
	Clients int                `json:"clients"`
	Set     int                `json:"clientSet"`
	Servers []ConnectionServer `json:"servers"`
	// Finding is null but for findings.
	Finding *FindingItem `json:"finding" jsonschema:"nullable"`
}

// DiffRow is changes that are the same to a reader, as the table has them.
type DiffRow struct {
	// Environment is the one in which it changes, absent where there are none.
	Environment string `json:"environment,omitempty"`
	Effect      string `json:"effect" jsonschema:"enum=breaks,enum=weaker,enum=uncertain,enum=repaired,enum=stronger,enum=differs,enum=gone,enum=new"`
	// What is who calls what, or which ports or workloads change.
	What string `json:"what"`
	// Was and Is are verdicts or modes as people read them, "-" for none.
	Was string `json:"was"`
	Is  string `json:"is"`
	// Because is the object that is to blame, and the reason; "" where it is unknown.
	Because  string   `json:"because"`
	Object   *Ref     `json:"object" jsonschema:"nullable"`
	Position Position `json:"position"`
}
