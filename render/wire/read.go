package wire

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// kind is what -o json writes of one kind, in one version.
type kind struct {
	word, version string
	// make makes an empty one. What an older version lacks stays as it is made.
	make func() any
	// keys are those at the top of every version of a report, where no more is asked for: a
	// report that lacks one was cut off. Else every key has to be there, at any depth, but
	// for those of lacks.
	keys, lacks []string
}

// kinds are all that Read reads.
var kinds = []kind{
	{word: "Report", version: APIVersion, make: func() any { return &Report{Complete: true} }, // an older one shows by its problems and gaps what it lacks
		keys: []string{"failOn", "gone", "hidden", "items", "profile", "ran", "scope", "skipped", "totals"}},
	{word: "TestReport", version: APIVersion, make: func() any { return NewTestReport() }, keys: []string{"items", "totals"}},
	{word: "ConnectionList", version: APIVersion2, make: func() any { return &ConnectionList{} }, lacks: admissionLacks},
	{word: "ConnectionPairList", version: APIVersion2, make: func() any { return &ConnectionPairList{} }, lacks: admissionLacks},
	{word: "ConnectionList", version: APIVersion, make: func() any { return &ConnectionPairList{} }, lacks: pairsLack},
	{word: "WorkloadList", version: APIVersion, make: func() any { return &WorkloadList{} }, lacks: admissionLacks},
	{word: "PolicyList", version: APIVersion, make: func() any { return &PolicyList{} }},
	{word: "AuthorizationList", version: APIVersion, make: func() any { return &AuthorizationList{} }},
	{word: "RuleList", version: APIVersion, make: func() any { return &RuleList{} }, lacks: admissionLacks},
	{word: "DiffList", version: APIVersion, make: func() any { return &DiffList{} }, lacks: findingsLack},
	{word: "MigrationStatus", version: APIVersion, make: func() any { return &MigrationStatus{} }},
	{word: "MigrationPlan", version: APIVersion, make: func() any { return &MigrationPlan{} }},
	{word: "Page", version: APIVersion, make: func() any { return &PageData{} }},
	{word: "PageList", version: APIVersion, make: func() any { return &PageList{} }},
	{word: "RightsList", version: APIVersion, make: func() any { return &RightsList{} }},
	{word: "ExceptionList", version: APIVersion, make: func() any { return &ExceptionList{} }},
	{word: "EnvironmentList", version: APIVersion, make: func() any { return &EnvironmentList{} }},
	{word: "VerifyReport", version: APIVersion, make: func() any { return &VerifyReport{} }},
	{word: "Version", version: APIVersion, make: func() any { return &Version{} }},
	{word: "Graph", version: APIVersion, make: func() any { return &Graph{} }, lacks: []string{"parent"}},
	{word: "NamespaceList", version: APIVersion, make: func() any { return &NamespaceList{} }},
	{word: "ConnectionMatrix", version: APIVersion, make: func() any { return &ConnectionMatrix{} }},
	{word: "Diagnosis", version: APIVersion, make: func() any { return &Diagnosis{} }},
}

// pairsLack are the keys that lists of connections have got since the first of them.
var pairsLack = []string{
	"base", "whole", "derivation", "filtered", "evidence", "notes", "failures", "connections", "calls", "covered", "declared", "clientDataplane", "service", "acceptsIfMeshed", "brief", "acceptsScope",
	"dataplane", "cause", "acceptsCause", "verdictCause", "harmless", "cluster", "denied", "allowed", "deniedBy", "besides",
}

// admissionLacks are the keys that calls have got since the first of them.
var admissionLacks = []string{"denied", "allowed", "deniedBy", "authorizationPolicies", "besides"}

// findingsLack are the keys that findings have got since the first of them.
var findingsLack = []string{"cause", "same"}

// Read reads what -o json or -o yaml wrote, and gives a pointer to the structure of its
// kind: *Report, *ConnectionList and so on. A list of connections of mtlsctl.io/v1alpha1 is
// a *ConnectionPairList. It is an error when the text is no report, is one of a version that
// this package does not know, or was cut off: nothing of a report is lost in silence, but of
// the last line of a list of mtlsctl.io/v1alpha1 in YAML.
func Read(text []byte) (any, error) {
	var head struct{ APIVersion, Kind string }
	if err := yaml.Unmarshal(text, &head); err != nil {
		return nil, unreadable(err)
	}
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.word == head.Kind && k.version == head.APIVersion })
	if i < 0 {
		return nil, fmt.Errorf("not a report: apiVersion and kind are %q and %q, want %s", head.APIVersion, head.Kind, known())
	}
	report := kinds[i].make()
	if err := yaml.Unmarshal(text, report); err != nil {
		return nil, unreadable(err)
	}
	if err := kinds[i].refuseCutOff(text, report); err != nil {
		return nil, err
	}
	if c, ok := report.(interface{ check() error }); ok {
		if err := c.check(); err != nil {
			return nil, err
		}
	}
	return report, nil
}

// unreadable is the error of a text that is neither JSON nor YAML: mostly one that was cut off.
func unreadable(err error) error {
	why := strings.TrimPrefix(err.Error(), "error converting YAML to JSON: ")
	if strings.Contains(why, "unexpected end of stream") || strings.Contains(why, "did not find expected") {
		return fmt.Errorf("the report is incomplete: it ends in the middle, or is not valid YAML (%s)", strings.TrimPrefix(why, "yaml: "))
	}
	return fmt.Errorf("not a report: %s", why)
}

// refuseCutOff refuses a report that was cut off: YAML stays YAML where its end is missing.
func (k *kind) refuseCutOff(text []byte, report any) error {
	var keys map[string]any
	if err := yaml.Unmarshal(text, &keys); err != nil {
		return unreadable(err)
	}
	for _, key := range k.keys {
		if keys[key] == nil {
			return fmt.Errorf("incomplete report: it has no %s", key)
		}
	}
	if k.keys != nil {
		return nil
	}
	if missing := without(keys, report, k.lacks); missing != "" {
		return fmt.Errorf("incomplete report: it has no %s, or an older mtlsctl wrote it", missing)
	}
	return nil
}

// known are the kinds with their versions, in words.
func known() string {
	byVersion := map[string][]string{}
	for _, k := range kinds {
		byVersion[k.version] = append(byVersion[k.version], k.word)
	}
	return fmt.Sprintf("%q and %s, or %q and %s", APIVersion, oneOf(byVersion[APIVersion]), APIVersion2, oneOf(byVersion[APIVersion2]))
}

func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// check reports what of a report that was read no run can have written.
func (r *Report) check() error {
	r.Complete = r.Complete && len(r.Scope.Problems)+len(r.Scope.Cluster.Gaps) == 0
	var t FindingTotals
	for i := range r.Items {
		switch r.Items[i].Severity {
		case "error":
			t.Error++
		case "warning":
			t.Warning++
		case "info":
			t.Info++
		default:
			return fmt.Errorf("not a report: severity %q of item %d", r.Items[i].Severity, i)
		}
	}
	if t != r.Totals {
		return fmt.Errorf("incomplete report: it has %s, but its totals are %s", t, r.Totals)
	}
	return nil
}

func (r *TestReport) check() error {
	var t TestTotals
	for i := range r.Items {
		if r.Items[i].Held {
			t.Held++
		} else {
			t.Failed++
		}
	}
	if t != r.Totals {
		return fmt.Errorf("incomplete report: %d of its expectations hold and %d fail, but its totals are %d and %d", t.Held, t.Failed, r.Totals.Held, r.Totals.Failed)
	}
	return nil
}

// check looks whether every number leads somewhere.
func (l *ConnectionList) check() error {
	l.Besides = append([]BesideCall{}, l.Besides...) // an older one has none
	if n := len(l.Items); n != l.Totals.Items {
		return fmt.Errorf("incomplete report: it has %d items, but its totals are %d", n, l.Totals.Items)
	}
	for i, set := range l.ClientSets {
		if len(set) == 0 || slices.ContainsFunc(set, func(n int) bool { return n < 1 || n > len(l.ClientGroups) }) {
			return fmt.Errorf("not a report: client set %d names groups that do not exist", i+1)
		}
	}
	for i, g := range l.ClientGroups {
		if len(g.Members) == 0 {
			return fmt.Errorf("not a report: client group %d has no member", i+1)
		}
	}
	for i := range l.Items {
		item := &l.Items[i]
		ok := l.hasSet(item.ClientSet) && len(item.Ports) > 0 && len(item.Subsets) > 0 && len(item.Endpoints) > 0
		if !ok || slices.ContainsFunc(item.Endpoints, func(e ConnectionEndpoint) bool { return !l.hasSet(e.ClientSet) || e.Row < 1 }) {
			return fmt.Errorf("not a report: item %d has no clients, ports, subsets or endpoints", i)
		}
	}
	return nil
}

func (l *ConnectionList) hasSet(number int) bool { return number >= 1 && number <= len(l.ClientSets) }

func (l *ConnectionPairList) check() error {
	l.Besides = append([]BesideCall{}, l.Besides...)
	if n := len(l.Items); n != l.Totals.Items {
		return fmt.Errorf("incomplete report: it has %d items, but its totals are %d", n, l.Totals.Items)
	}
	if l.APIVersion == APIVersion {
		l.upgrade()
	}
	return nil
}

// upgrade makes of a list of mtlsctl.io/v1alpha1 what it is called today.
func (l *ConnectionPairList) upgrade() {
	l.APIVersion, l.Kind, l.Totals.Connections = APIVersion2, "ConnectionPairList", l.Totals.Items
	l.Whole = true
	l.Failures, l.Notes = append([]ConnectionFailure{}, l.Failures...), append([]string{}, l.Notes...)
	for i := range l.Items {
		l.Items[i].Declared = append([]Declared{}, l.Items[i].Declared...)
	}
}
