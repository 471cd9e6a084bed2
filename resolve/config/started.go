package config

import (
	"cmp"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Started is since when each istiod runs that configures the proxies of a revision; none where
// the input does not show them. Where it shows those of other revisions only, ztunnel gets its
// configuration of one of these.
func (k *Control) Started(revision string) []time.Time {
	if own := k.started[cmp.Or(revision, resolve.DefaultRevision)]; len(own) > 0 {
		return own
	}
	var all []time.Time
	for _, r := range slices.Sorted(maps.Keys(k.started)) {
		all = append(all, k.started[r]...)
	}
	return all
}

// RunsIstiod reports a pod of a control plane.
func RunsIstiod(p *corev1.Pod) bool { return p.Labels["app"] == "istiod" }

// startedOf is since when the istiods of each revision run.
func startedOf(c *Collection) map[string][]time.Time {
	out := map[string][]time.Time{}
	for _, o := range c.Pods {
		if !RunsIstiod(o.As) {
			continue
		}
		revision := cmp.Or(o.As.Labels[resolve.RevisionLabel], resolve.DefaultRevision)
		for i := range o.As.Status.ContainerStatuses {
			if s := &o.As.Status.ContainerStatuses[i]; s.Name == "discovery" && s.State.Running != nil && !s.State.Running.StartedAt.IsZero() {
				out[revision] = append(out[revision], s.State.Running.StartedAt.Time)
			}
		}
	}
	return out
}
