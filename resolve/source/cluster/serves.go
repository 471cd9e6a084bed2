package cluster

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// serves is what an API server says that it serves. The zero value is one that would not
// say.
type serves struct {
	// groups are the versions of each API group, in the server's order; nil when it would
	// not say.
	groups map[string][]string
	// resources are the versions of each resource: "tcproutes.gateway.networking.k8s.io".
	resources map[string][]string
	// open are the groups of which a version would not say what is in it.
	open map[string]bool
}

// asGroups asks for all groups with all their resources in one answer. A server that is
// older than this answers with the groups alone.
const asGroups = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList," +
	"application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList," + asJSON

// groupList is either answer: items of the whole one, groups of the older one.
type groupList struct {
	Items []struct {
		Metadata metav1.ObjectMeta
		Versions []struct {
			Version, Freshness string
			Resources          []struct{ Resource string }
		}
	}
	Groups []metav1.APIGroup
}

// discover asks what there is. It is the first word with the server: when it fails,
// nothing else would do.
func (r *reader) discover(ctx context.Context) error {
	body, err := r.api.get(ctx, "/apis", asGroups, nil)
	switch {
	case apierrors.IsForbidden(err):
		return nil // then the lists will tell
	case err != nil:
		return err
	}
	if err := wantKind(body, "APIGroupDiscoveryList", "APIGroupList"); err != nil {
		return err
	}
	var list groupList
	if err := json.Unmarshal(body, &list); err != nil {
		return err
	}
	s := serves{map[string][]string{"": v1}, map[string][]string{}, map[string]bool{"": true}}
	for _, g := range list.Items {
		for _, v := range g.Versions {
			s.groups[g.Metadata.Name] = append(s.groups[g.Metadata.Name], v.Version)
			s.open[g.Metadata.Name] = s.open[g.Metadata.Name] || v.Freshness == "Stale"
			for _, one := range v.Resources {
				s.add(g.Metadata.Name, v.Version, one.Resource)
			}
		}
	}
	for _, g := range list.Groups {
		for _, v := range g.Versions {
			s.groups[g.Name] = append(s.groups[g.Name], v.Version)
		}
	}
	if len(list.Groups) > 0 {
		r.resources(ctx, &s)
	}
	r.serves = s
	return ctx.Err()
}

func (s *serves) add(group, version, resource string) {
	key := listed{group: group, resource: resource}.name()
	s.resources[key] = append(s.resources[key], version)
}

// resources asks each version of the groups that matter what is in it.
func (r *reader) resources(ctx context.Context, s *serves) {
	type answer struct {
		group, version string
		resources      []metav1.APIResource
		err            error
	}
	var answers []answer
	for group, versions := range s.groups {
		if group != "" && slices.ContainsFunc(kindsListed, func(l listed) bool { return l.group == group }) {
			for _, v := range versions {
				answers = append(answers, answer{group: group, version: v})
			}
		}
	}
	var work errgroup.Group
	work.SetLimit(parallelLists)
	for i := range answers {
		work.Go(func() error {
			a := &answers[i]
			var list metav1.APIResourceList
			var body []byte
			if body, a.err = r.api.get(ctx, "/apis/"+a.group+"/"+a.version, asJSON, nil); a.err == nil {
				a.err = wantKind(body, "APIResourceList")
			}
			if a.err == nil {
				a.err = json.Unmarshal(body, &list)
			}
			a.resources = list.APIResources
			return nil
		})
	}
	_ = work.Wait() // each has its own error
	slices.SortStableFunc(answers, func(a, b answer) int {
		return strings.Compare(a.group, b.group)*1000 + slices.Index(s.groups[a.group], a.version) - slices.Index(s.groups[b.group], b.version)
	})
	for _, a := range answers {
		s.open[a.group] = s.open[a.group] || a.err != nil
		for _, one := range a.resources {
			s.add(a.group, a.version, one.Name)
		}
	}
}

// noGroup reports that the cluster has no such API group.
func (s *serves) noGroup(group string) bool { return s.groups != nil && len(s.groups[group]) == 0 }

// known reports whether the server says all that it has of a group.
func (s *serves) known(group string) bool { return s.groups != nil && !s.open[group] }

// has reports that the server says it serves a kind.
func (s *serves) has(l listed) bool { return len(s.resources[l.name()]) > 0 }

// without reports a kind that the cluster does not have.
func (s *serves) without(l listed) bool {
	return s.noGroup(l.group) || s.known(l.group) && !s.has(l)
}

// versions are those in which a kind is asked for until one is there: first those that both
// sides know, best first; then, since versions of a custom resource differ by little, those
// that only the server knows; where it would not say which it has, those known here.
func (s *serves) versions(l listed) []string {
	there := s.groups[l.group]
	if s.has(l) {
		there = s.resources[l.name()]
	}
	if len(there) == 0 || l.list != nil && !slices.ContainsFunc(l.versions, func(v string) bool { return slices.Contains(there, v) }) {
		return l.versions
	}
	var both []string
	for _, v := range l.versions {
		if slices.Contains(there, v) {
			both = append(both, v)
		}
	}
	if l.list != nil {
		return both
	}
	for _, v := range there {
		if !slices.Contains(both, v) {
			both = append(both, v)
		}
	}
	return both
}
