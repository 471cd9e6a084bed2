package cluster

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// clientSide are the kinds that only what clients send depends on: the modes of
// ports are whole without them.
var clientSide = []resolve.Kind{resolve.KindDestinationRule, resolve.KindEndpointSlice, resolve.KindVirtualService, resolve.KindHTTPRoute, resolve.KindGRPCRoute, resolve.KindTCPRoute, resolve.KindTLSRoute, resolve.KindReferenceGrant, resolve.KindBackendTLSPolicy}

// Rules are the rights that reading a cluster takes: list for each kind, and get
// for the ConfigMaps of the control planes of the revisions. clients also asks for
// what only the client side needs; clusterWide for kinds without namespace.
func Rules(clients, clusterWide bool, revisions ...string) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, l := range kindsListed {
		if l.cluster && !clusterWide || !clients && (l.evidence || slices.Contains(clientSide, l.kind)) {
			continue
		}
		i := slices.IndexFunc(rules, func(r rbacv1.PolicyRule) bool { return r.APIGroups[0] == l.group })
		if i < 0 {
			i = len(rules)
			rules = append(rules, rbacv1.PolicyRule{APIGroups: []string{l.group}, Verbs: []string{"list"}})
		}
		rules[i].Resources = append(rules[i].Resources, l.resource)
	}
	return append(rules, configMapRule(revisions))
}

// WatchRules are the rights that Follow takes: to list and watch each kind, and get for the
// ConfigMaps, which are read again from time to time.
func WatchRules(revisions ...string) []rbacv1.PolicyRule {
	rules := Rules(true, true, revisions...)
	for i := range rules {
		if slices.Contains(rules[i].Verbs, "list") {
			rules[i].Verbs = append(rules[i].Verbs, "watch")
		}
	}
	return rules
}

func configMapRule(revisions []string) rbacv1.PolicyRule {
	rule := rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"get"}}
	for _, r := range append([]string{resolve.DefaultRevision}, revisions...) {
		p := plane{revision: r}
		if strings.HasPrefix(r, managedRevision) {
			p.shared = config.ManagedShared + r
		}
		for _, m := range p.configMaps() {
			if !slices.Contains(rule.ResourceNames, m.name) {
				rule.ResourceNames = append(rule.ResourceNames, m.name)
			}
		}
	}
	return rule
}

// managedRevision begins the revisions that Azure runs, whose mesh configuration is shared.
const managedRevision = "asm-"

// RootRules are the rights in Istio's own namespace that answers about any other
// one depend on: policies, rules and Sidecar resources there hold mesh-wide.
func RootRules(revisions ...string) []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{
		{APIGroups: []string{"security.istio.io"}, Resources: []string{"peerauthentications", "authorizationpolicies"}, Verbs: []string{"list"}},
		{APIGroups: []string{networking}, Resources: []string{"destinationrules", "sidecars", "serviceentries", "virtualservices", "envoyfilters"}, Verbs: []string{"list"}},
		{APIGroups: []string{"apps"}, Resources: []string{"deployments"}, Verbs: []string{"list"}},
		configMapRule(revisions),
	}
}

// Right is one right that reading takes, and whether the user has it.
type Right struct {
	Kind     resolve.Kind
	Verb     string
	Resource string // as RBAC names it: "sidecars.networking.istio.io"
	Allowed  bool
	// Reason is what the API server adds, often "".
	Reason string
}

// ClientSide are the kinds that only what clients send depends on.
func ClientSide() []resolve.Kind { return slices.Clone(clientSide) }

// Evidence are the kinds that say who calls whom: no mode and no call depends on them.
func Evidence() []resolve.Kind {
	var kinds []resolve.Kind
	for _, l := range kindsListed {
		if l.evidence {
			kinds = append(kinds, l.kind)
		}
	}
	return kinds
}

// CheckRights asks the API server what the user of o may read, in all namespaces
// or, where one is given, in that one: kinds, and the ConfigMaps of the control planes that
// the injection webhooks name and of the revisions given. Kinds of other projects that
// are not installed are left out.
func CheckRights(ctx context.Context, o Options, namespace string, revisions ...string) ([]Right, error) {
	a, err := newAPI(o.Config, o.MaxAnswer)
	if err != nil {
		return nil, unreachable(ctx, o, err)
	}
	r := &reader{o: o, api: a}
	if err := r.discover(ctx); err != nil {
		return nil, unreachable(ctx, o, err)
	}
	var rights []Right
	var asked []authorizationv1.ResourceAttributes
	for _, l := range kindsListed {
		if r.serves.without(l) && l.optional || namespace != "" && l.cluster {
			continue
		}
		attributes := authorizationv1.ResourceAttributes{Verb: "list", Group: l.group, Resource: l.resource}
		if !l.cluster {
			attributes.Namespace = namespace
		}
		rights, asked = append(rights, Right{Kind: l.kind, Verb: "list", Resource: l.name()}), append(asked, attributes)
	}
	if root := cmp.Or(o.IstioNamespace, resolve.DefaultRootNamespace); namespace != "" && namespace != root {
		for _, l := range kindsListed {
			if slices.ContainsFunc(RootRules(), func(p rbacv1.PolicyRule) bool {
				return p.APIGroups[0] == l.group && slices.Contains(p.Resources, l.resource)
			}) {
				rights = append(rights, Right{Kind: l.kind, Verb: "list", Resource: l.name() + " of " + root})
				asked = append(asked, authorizationv1.ResourceAttributes{Verb: "list", Group: l.group, Resource: l.resource, Namespace: root})
			}
		}
	}
	for _, p := range r.asked(ctx, revisions) {
		for _, m := range p.configMaps() {
			rights = append(rights, Right{Kind: m.kind, Verb: "get", Resource: "configmaps/" + m.name + " of " + p.namespace})
			asked = append(asked, authorizationv1.ResourceAttributes{Verb: "get", Resource: "configmaps", Name: m.name, Namespace: p.namespace})
		}
	}
	group, until := errgroup.WithContext(ctx)
	group.SetLimit(parallelLists)
	for i := range rights {
		group.Go(func() (err error) {
			rights[i].Allowed, rights[i].Reason, err = a.mayI(until, asked[i])
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, unreachable(ctx, o, err)
	}
	return rights, nil
}

// mayI is a SelfSubjectAccessReview: the one thing that is posted, and it changes
// nothing.
func (a *api) mayI(ctx context.Context, attributes authorizationv1.ResourceAttributes) (allowed bool, reason string, err error) {
	review := authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &attributes}}
	review.APIVersion, review.Kind = "authorization.k8s.io/v1", "SelfSubjectAccessReview"
	body, err := json.Marshal(review)
	if err != nil {
		return false, "", err
	}
	answer, err := a.rest.Post().AbsPath("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews").
		SetHeader("Accept", asJSON).SetHeader("Content-Type", asJSON).Body(body).MaxRetries(0).Do(ctx).Raw()
	if err != nil {
		return false, "", err
	}
	if err := wantKind(answer, "SelfSubjectAccessReview"); err != nil {
		return false, "", err
	}
	err = json.Unmarshal(answer, &review)
	return review.Status.Allowed, review.Status.Reason, err
}
