package wire

// MigrationPlan is the data of migrate-plan. No array is null.
type MigrationPlan struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=MigrationPlan"`
	Scope      Scope  `json:"scope"`
	// ID names the plan in the labels of what it makes.
	ID      string      `json:"id"`
	Options PlanOptions `json:"options"`
	// Evidence is the record of traffic, null without traffic data; declaredCalls are
	// those that configuration is about.
	Evidence      *MigrationEvidence `json:"evidence" jsonschema:"nullable"`
	DeclaredCalls int                `json:"declaredCalls"`
	// Before and after use ports as they are and as the plan leaves them.
	Before MigrationTotals `json:"before"`
	After  MigrationTotals `json:"after"`
	// Applied are waves of earlier runs that the input has.
	Applied []PlanApplied `json:"applied"`
	// NoMesh is why no mesh-wide policy comes although one was asked for, "" otherwise.
	NoMesh string     `json:"noMeshWide"`
	Holds  []PlanHold `json:"holds"`
	// Refused are STRICT ports that callers are known for who have no certificate of the
	// mesh: their calls fail today, and the plan changes nothing about that.
	Refused []PlanHold `json:"refused"`
	// Failing is how many declared calls fail today; only a plan without waves counts them.
	Failing int       `json:"failing,omitempty"`
	Proof   PlanProof `json:"proof"`
	// Ambient counts the workloads of a plan to AMBIENT, null for others.
	Ambient *PlanCrossed `json:"ambient" jsonschema:"nullable"`
	// Trust is the change of the trust domain, absent for other plans.
	Trust *PlanTrust `json:"trust,omitempty"`
	// Upgrade is the upgrade of --upgrade, absent without it.
	Upgrade *PlanUpgrade `json:"upgrade,omitempty"`
	// Out is the folder that the plan was written to, "" for none; blocked is true where
	// every possible change is blocked.
	Out     string `json:"out"`
	Blocked bool   `json:"blocked"`
	// Opening is what has to be known before the first wave, closing what is said after the
	// last.
	Opening []PlanSection `json:"opening"`
	Closing []PlanSection `json:"closing"`
	Items   []PlanWave    `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// PlanOptions are what the plan was asked for.
type PlanOptions struct {
	To      string `json:"to" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=AMBIENT,enum=TRUST-DOMAIN"`
	Scope   string `json:"scope" jsonschema:"enum=mesh,enum=namespace,enum=workload"`
	MaxWave int    `json:"maxWaveSize"`
	Inject  string `json:"inject" jsonschema:"enum=needed,enum=all,enum=none"`
}

// PlanCrossed are workloads with a sidecar or in ambient: all of them, and those that are in
// ambient before and after the plan.
type PlanCrossed struct {
	Workloads int `json:"workloads"`
	Before    int `json:"before"`
	After     int `json:"after"`
}

// PlanTrust are the trust domain of the mesh and the one that it gets.
type PlanTrust struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Planes are the control planes as they are configured now.
	Planes []PlanPlane `json:"controlPlanes"`
}

// PlanPlane is what the mesh configuration of one control plane has of trust domains.
type PlanPlane struct {
	Revision    string   `json:"revision"`
	Object      Ref      `json:"object"`
	TrustDomain string   `json:"trustDomain"`
	Aliases     []string `json:"trustDomainAliases"`
}

// PlanSection is a part of the runbook that is about no wave in particular.
type PlanSection struct {
	Title string     `json:"title"`
	Text  []string   `json:"text"`
	Steps []PlanStep `json:"steps"`
}

// PlanApplied is a wave of an earlier run.
type PlanApplied struct {
	Plan    string `json:"plan"`
	Wave    int    `json:"wave"`
	Objects []Ref  `json:"objects"`
}

// PlanTarget is a port of a workload, 0 for all of its ports.
type PlanTarget struct {
	Workload Ref   `json:"workload"`
	Port     int32 `json:"port"`
}

// PlanHold is a port that stays as it is.
type PlanHold struct {
	PlanTarget
	Mode   string            `json:"mode"`
	Status string            `json:"status" jsonschema:"enum=EXCEPTED,enum=UNKNOWN,enum=BLOCKED"`
	Why    []MigrationReason `json:"why"`
}

// PlanProof is what was checked: 0 calls where they were not counted. Failed shows why
// there is no plan although something could change.
type PlanProof struct {
	Calls  int      `json:"calls"`
	Known  int      `json:"known"`
	States int      `json:"states"`
	Failed []string `json:"failed"`
}

// PlanWave is changes that are applied together.
type PlanWave struct {
	Number int    `json:"number"`
	Kind   string `json:"kind" jsonschema:"enum=repair,enum=keep,enum=inject,enum=freeze,enum=accept,enum=offer,enum=workloads,enum=namespaces,enum=mesh,enum=hbone,enum=policies,enum=ambient,enum=waypoint,enum=services,enum=outside,enum=labels,enum=aliases,enum=identities,enum=trust-domain,enum=certificates,enum=retire,enum=tidy"`
	// Folder is where --out writes its files.
	Folder  string       `json:"folder"`
	What    string       `json:"what"`
	Why     string       `json:"why"`
	Changes []PlanChange `json:"changes"`
	// Strict are the ports that become STRICT, opens those that are no longer DISABLE,
	// restarts the workloads that are restarted.
	Strict     []PlanTarget    `json:"strict"`
	Opens      []PlanTarget    `json:"opens"`
	Restarts   []Ref           `json:"restarts"`
	Conditions []PlanCondition `json:"conditions"`
	// Notes are what means something else after the wave; no call breaks by it.
	Notes []PlanCondition `json:"notes"`
	// Manifests bring the wave about, rollback takes it back, each in this order.
	Manifests     []PlanManifest `json:"manifests"`
	Rollback      []PlanManifest `json:"rollback"`
	Preconditions []PlanStep     `json:"preconditions"`
	Diff          []PlanStep     `json:"diff"`
	Apply         []PlanStep     `json:"apply"`
	Verification  []PlanStep     `json:"verification"`
	Queries       []PlanQuery    `json:"queries"`
	Watch         string         `json:"watch"`
	Symptoms      []PlanSymptom  `json:"symptoms"`
	RollbackSteps []PlanStep     `json:"rollbackSteps"`
}

// PlanChange is one object of a wave.
type PlanChange struct {
	How    string `json:"how" jsonschema:"enum=create,enum=replace,enum=label,enum=delete,enum=set,enum=hand"`
	Object Ref    `json:"object"`
	What   string `json:"what"`
	Why    string `json:"why"`
}

// PlanCondition is what a wave waits for, for how many ports, and the objects that text
// is about without naming them.
type PlanCondition struct {
	MigrationReason
	// Says is text with the objects named.
	Says    string `json:"says"`
	Ports   int    `json:"ports"`
	Objects []Ref  `json:"objects"`
}

// PlanManifest is one file, and the command that uses it.
type PlanManifest struct {
	File    string `json:"file"`
	Command string `json:"command"`
	Text    string `json:"text"`
}

// PlanStep is something to do or to look at.
type PlanStep struct {
	Text     string   `json:"text"`
	Commands []string `json:"commands"`
}

// PlanQuery is PromQL, and what its answer means.
type PlanQuery struct {
	Text   string `json:"text"`
	PromQL string `json:"promql"`
}

// PlanSymptom is what failure looks like, why, and what to do.
type PlanSymptom struct {
	Symptom string `json:"symptom"`
	Cause   string `json:"cause"`
	Do      string `json:"do"`
}
