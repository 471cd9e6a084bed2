package wire

// MigrationStatus is the data of migrate-plan --status and --explain. No array is null.
type MigrationStatus struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=MigrationStatus"`
	Scope      Scope  `json:"scope"`
	// Evidence is the record of traffic, null without traffic data; declaredCalls are
	// those that configuration is about.
	Evidence      *MigrationEvidence `json:"evidence" jsonschema:"nullable"`
	DeclaredCalls int                `json:"declaredCalls"`
	Totals        MigrationTotals    `json:"totals"`
	Namespaces    []MigrationTotals  `json:"namespaces"`
	Blockers      []MigrationBlocker `json:"blockers"`
	// Applied are waves of migrate-plan that the input has.
	Applied  []PlanApplied       `json:"applied"`
	Progress []MigrationProgress `json:"progress"`
	// Explain is true where the way through the decision tree is shown port by port.
	Explain bool `json:"explain"`
	// Workloads are all that were checked, items those of which a port is shown; notes show
	// where to go on: a sentence each.
	Workloads []Ref           `json:"workloads"`
	Notes     []string        `json:"notes"`
	Items     []MigrationItem `json:"items"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// MigrationEvidence is a record of traffic, in short.
type MigrationEvidence struct {
	Source string `json:"source"`
	From   string `json:"from"`
	To     string `json:"to"`
	Edges  int    `json:"edges"`
	// Missing is why the record is incomplete.
	Missing []string `json:"missing"`
}

// MigrationTotals uses ports by status; namespace is "" for all.
type MigrationTotals struct {
	Namespace string `json:"namespace"`
	Ports     int    `json:"ports"`
	Strict    int    `json:"strict"`
	Excepted  int    `json:"excepted"`
	Ready     int    `json:"ready"`
	Waiting   int    `json:"waiting"`
	Unknown   int    `json:"unknown"`
	Blocked   int    `json:"blocked"`
	// Leaves counts where the paths through the decision tree end, by leaf.
	Leaves map[string]int `json:"leaves"`
	Score  float64        `json:"score"`
}

// MigrationBlocker is a kind of obstacle, and how many ports it keeps from STRICT.
type MigrationBlocker struct {
	Kind  string `json:"kind"`
	Ports int    `json:"ports"`
	// Example is the first of them, and fix what helps there.
	Example Ref    `json:"example"`
	Fix     string `json:"fix"`
}

// MigrationProgress is an earlier score.
type MigrationProgress struct {
	Time  string  `json:"time"`
	Ports int     `json:"ports"`
	Score float64 `json:"score"`
}

// MigrationItem is one workload, or one variant of it.
type MigrationItem struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	Cluster   string `json:"cluster"`
	Variant   int    `json:"variant"`
	Stage     string `json:"stage"`
	Status    string `json:"status" jsonschema:"enum=STRICT,enum=EXCEPTED,enum=READY,enum=WAITING,enum=UNKNOWN,enum=BLOCKED"`
	// Pods is how many of PodsOf running pods a variant has.
	Pods   int `json:"pods"`
	PodsOf int `json:"podsOf"`
	// Recommendation sums up the advice about all of its ports, of which there are portsOf.
	Recommendation string          `json:"recommendation"`
	PortsOf        int             `json:"portsOf"`
	Ports          []MigrationPort `json:"ports"`
}

// MigrationPort is one port: where it stands, and the way through the decision tree.
type MigrationPort struct {
	Port int32  `json:"port"`
	Mode string `json:"mode" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=UNKNOWN"`
	// ModeIfMeshed is what a sidecar would have where mode is UNKNOWN, or NONE for want of a
	// proxy; "" otherwise.
	ModeIfMeshed string        `json:"modeIfMeshed"`
	Services     []ServicePort `json:"services"`
	Stage        string        `json:"stage" jsonschema:"enum=no sidecar,enum=sidecar deployed,enum=PERMISSIVE,enum=clients moved,enum=no plaintext seen,enum=STRICT,enum=verified"`
	Status       string        `json:"status" jsonschema:"enum=STRICT,enum=EXCEPTED,enum=READY,enum=WAITING,enum=UNKNOWN,enum=BLOCKED"`
	// Next is what leads to the next stage, "" at the end.
	Next string `json:"next"`
	// Fits is the mode that fits, leaf where the path ends, recommendation in words.
	Fits           string `json:"fits" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE"`
	Leaf           string `json:"leaf" jsonschema:"enum=strict,enum=migrate,enum=port,enum=disable,enum=open,enum=settle"`
	Recommendation string `json:"recommendation"`
	// Short is the recommendation in a word or two.
	Short string `json:"short"`
	// Because are the reasons of the status, the first one first, fixes what would
	// change it, and failures calls to the port that came to nothing: a sentence each.
	Because   []MigrationReason   `json:"because"`
	Fixes     []string            `json:"fixes"`
	Failures  []string            `json:"failures"`
	Path      []MigrationStep     `json:"path"`
	Obstacles []MigrationObstacle `json:"obstacles"`
	// Open is what is unknown, waiting what only time will.
	Open    []MigrationReason `json:"open"`
	Waiting []MigrationReason `json:"waiting"`
}

// MigrationStep is one question of the decision tree, and its answer.
type MigrationStep struct {
	Question string `json:"question"`
	// Text is the question as people are asked.
	Text    string            `json:"text"`
	Answer  string            `json:"answer" jsonschema:"enum=yes,enum=no,enum=unknown"`
	Because []MigrationReason `json:"because"`
}

// MigrationObstacle is one reason why a port cannot be STRICT today.
type MigrationObstacle struct {
	Kind string `json:"kind"`
	MigrationReason
}

// MigrationReason is one piece of evidence: by is null where nothing is written.
type MigrationReason struct {
	Text     string   `json:"text"`
	By       *Ref     `json:"by" jsonschema:"nullable"`
	Position Position `json:"position"`
	Fix      string   `json:"fix"`
}
