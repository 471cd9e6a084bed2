package analyze

import (
	"fmt"
	"slices"
	"strings"
)

// InEnvironment is the report of one environment of several.
type InEnvironment struct {
	Name string
	*Report
}

// Joined is one report of several environments: a finding that several have is one, which says in which
// environments it holds. What the project says is stale only where all of them find that, a finding of the
// baseline is gone only where all are without it.
func Joined(parts []InEnvironment) *Report {
	out := &Report{}
	j := &joining{at: map[string]int{}}
	for _, p := range parts {
		for i := range p.Findings {
			j.add(p.Name, p.Findings[i])
		}
		out.Hidden = union(out.Hidden, p.Hidden, func(h Hidden) string { return findingKey(&h.Finding) })
		out.Ran = union(out.Ran, p.Ran, func(code string) string { return code })
		out.Skipped = union(out.Skipped, p.Skipped, func(s Skipped) string { return s.Code + s.Because })
		out.Idle = union(out.Idle, p.Idle, func(s Skipped) string { return s.Code })
		out.Missing = union(out.Missing, p.Missing, func(m Missing) string { return fmt.Sprint(m) })
		out.Gone = union(out.Gone, p.Gone, func(g Gone) string { return g.Fingerprint })
	}
	out.Findings = slices.DeleteFunc(j.findings, func(f Finding) bool {
		return strings.HasPrefix(f.Code, "MTLS09") && len(f.Environments) < len(parts)
	})
	sortFindings(out.Findings)
	slices.Sort(out.Ran)
	out.Idle = slices.DeleteFunc(out.Idle, func(s Skipped) bool { return slices.Contains(out.Ran, s.Code) })
	out.Gone = slices.DeleteFunc(out.Gone, func(g Gone) bool {
		return slices.ContainsFunc(parts, func(p InEnvironment) bool {
			return !slices.ContainsFunc(p.Gone, func(other Gone) bool { return other.Fingerprint == g.Fingerprint })
		})
	})
	return out
}

// joining puts findings together that are equal.
type joining struct {
	at       map[string]int
	findings []Finding
}

func (j *joining) add(environment string, f Finding) {
	key := findingKey(&f)
	i, there := j.at[key]
	if !there {
		i = len(j.findings)
		j.at[key], j.findings = i, append(j.findings, f)
	}
	if list := j.findings[i].Environments; !slices.Contains(list, environment) {
		j.findings[i].Environments = append(slices.Clip(list), environment)
	}
}

// findingKey is equal for findings of which a reader would say that they are one.
func findingKey(f *Finding) string {
	return strings.Join([]string{f.Fingerprint(), f.Message, f.Fix, f.Severity.String(), f.Confidence.String(), f.Position().String(), fmt.Sprint(f.Known, f.Affected, f.Fresh)}, "\x00")
}

// union adds to a list what it does not have.
func union[T any](list, more []T, key func(T) string) []T {
	for _, one := range more {
		if !slices.ContainsFunc(list, func(known T) bool { return key(known) == key(one) }) {
			list = append(list, one)
		}
	}
	return list
}
