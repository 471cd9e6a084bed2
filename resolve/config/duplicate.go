package config

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// definition is one of several objects of one name: what it says, as a digest, and
// where. Copies of one definition are no contradiction, as when one file is read
// twice.
type definition struct {
	digest [sha256.Size]byte
	// what is the kind that was really read where Kind is another, else "".
	what   string
	at     resolve.Position
	tagged bool
}

func definitionOf(o resolve.Object) definition {
	d := definition{at: o.Origin.At(""), tagged: o.Value.GetLabels()[resolve.RevisionLabel] != ""}
	if text, err := json.Marshal(o.Value); err == nil {
		d.digest = sha256.Sum256(text)
	}
	if m, ok := o.Value.(*resolve.MeshConfig); ok {
		d.what = string(m.Source.Kind) + " "
	}
	return d
}

// Duplicates are the problems of objects that are defined more than once and not
// alike, and one remark for all those that decide no mode.
//
// ambiguous are the objects themselves, all of them.
func Duplicates(again [][]*Named) (problems, remarks []resolve.Problem, ambiguous map[resolve.Ref]bool) {
	ambiguous = map[resolve.Ref]bool{}
	var idle []resolve.Problem
	for _, same := range again {
		all := make([]definition, len(same))
		for i, o := range same {
			all[i] = definitionOf(o.Object)
		}
		last := len(all) - 1
		others := slices.DeleteFunc(slices.Clone(all), func(d definition) bool { return d.digest == all[last].digest })
		if len(others) == 0 {
			continue
		}
		ambiguous[same[last].Ref] = true
		p := duplicateProblem(same[last].Object, len(all), others)
		if decidesNoMode(same[last].Kind) && !slices.ContainsFunc(all, func(d definition) bool { return d.tagged }) {
			idle = append(idle, p)
		} else {
			problems = append(problems, p)
		}
	}
	if len(idle) > 0 {
		remarks = append(remarks, idleRemark(SortProblems(idle)))
	}
	return problems, remarks, ambiguous
}

// decidesNoMode reports kinds on which no answer about modes and calls depends,
// webhooks of revisions apart, which carry their label.
func decidesNoMode(k resolve.Kind) bool {
	switch k {
	case resolve.KindIngressClass, resolve.KindGatewayClass, resolve.KindTLSContext, resolve.KindVMServiceScrape, resolve.KindVMPodScrape, resolve.KindServiceAccount, resolve.KindMutatingWebhook, resolve.KindValidatingWebhook, resolve.KindAPIService, resolve.KindServiceMonitor, resolve.KindPodMonitor, resolve.KindDefinition,
		resolve.KindHTTPRoute, resolve.KindGRPCRoute, resolve.KindTCPRoute, resolve.KindTLSRoute, resolve.KindReferenceGrant, resolve.KindTelemetry, resolve.KindAuthorizationPolicy, resolve.KindRequestAuthentication,
		resolve.KindConfigMap, resolve.KindIngress:
		return true
	}
	return slices.Contains(resolve.DiallingKinds, k) || slices.Contains(resolve.NetworkPolicyKinds, k)
}

// maxPlaces is how many places or objects a sentence names.
const maxPlaces = 3

// duplicateProblem describes an object that is defined count times: others are the
// definitions that say something else than the one that counts.
func duplicateProblem(used resolve.Object, count int, others []definition) resolve.Problem {
	var places []string
	for _, d := range others {
		places = append(places, d.what+d.at.String())
	}
	p := resolve.Problem{
		Position: used.Origin.At(""), Ref: used.Ref(), Hint: "describe one environment at a time, or remove the others",
		Message: fmt.Sprintf("defined %d times, differently; this one, the last, is used, not %s", count, few(places)),
	}
	if m, ok := used.Value.(*resolve.MeshConfig); ok {
		p.Ref = resolve.Ref{Kind: m.Source.Kind, Namespace: m.Namespace, Name: cmp.Or(m.Source.Name, m.Name)}
		p.Message = "the mesh configuration is " + p.Message
	}
	return p
}

// idleRemark is the one remark about duplicates on which no mode depends.
func idleRemark(idle []resolve.Problem) resolve.Problem {
	var names []string
	for _, p := range idle {
		names = append(names, p.Ref.String())
	}
	return resolve.Problem{Position: idle[0].Position, Message: "defined several times, differently, and no mode depends on it: " + few(names)}
}

func few(words []string) string {
	text := strings.Join(words[:min(len(words), maxPlaces)], ", ")
	if more := len(words) - maxPlaces; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// SortProblems sorts problems in place and leaves one of those that say the same.
func SortProblems(ps []resolve.Problem) []resolve.Problem {
	slices.SortStableFunc(ps, resolve.Problem.Compare)
	return slices.Compact(ps)
}
