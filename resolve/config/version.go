package config

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// Release is the version of a control plane, and how it is known. The zero Release is an
// unknown one, which answers as the newest version that was judged.
type Release struct {
	release.Version
	// From is the object that says so, zero where the caller does or nobody.
	From resolve.Ref
	// Told is true where the caller says so.
	Told bool
	// Proxy is true where only the image of a proxy says so: the control plane is of that
	// version or a newer one.
	Proxy bool
}

// Has reports whether a control plane, and the proxies that it configures, do what a difference
// says. It is the one question about versions (see release.Difference).
func (p *Plane) Has(id release.ID) bool { return p.Release.Has(id) }

// Versions are what is known of the versions of the control planes, by revision.
func (k *Control) Versions() map[string]Release {
	out := map[string]Release{}
	for revision, p := range k.Planes {
		out[revision] = p.Release
	}
	if len(out) == 0 {
		out[resolve.DefaultRevision] = k.First.Release
	}
	return out
}

// Agree asks all control planes one question: whether some say yes, and whether all do.
func (k *Control) Agree(says func(*Plane) bool) (some, all bool) {
	some, all = says(k.First), says(k.First)
	for _, p := range k.Planes {
		some, all = some || says(p), all && says(p)
	}
	return some, all
}

// tell sets the versions of control planes: those that the input shows, over them those that the
// caller gives, by a revision or its tag, and by "" for all others. A revision that only its version
// shows is taken to be configured as the first.
func (k *Control) tell(given map[string]release.Version, c *Collection) {
	known := releases(c)
	for name, v := range given {
		if name != "" {
			revision, _ := k.Revision(name)
			known[revision] = Release{Version: v, Told: true}
		}
	}
	if len(k.Planes) == 0 {
		k.First.Release = versionOf(known, given, resolve.DefaultRevision)
		if _, only := known[resolve.DefaultRevision]; len(known) == 0 || only && len(known) == 1 {
			return
		}
		k.Planes[resolve.DefaultRevision] = k.First
	}
	for revision := range known {
		if k.Planes[revision] == nil {
			p := *k.First
			p.trust = trustOf(&p, revision)
			k.Planes[revision] = &p
		}
	}
	for revision, p := range k.Planes {
		p.Release = versionOf(known, given, revision)
	}
}

func versionOf(known map[string]Release, given map[string]release.Version, revision string) Release {
	if v, told := given[""]; told && !known[revision].Told {
		return Release{Version: v, Told: true}
	}
	return known[revision]
}

// releases are the versions that the input shows, by revision: of istiod Deployments, else of
// installers' objects, else of the newest proxy that the revision injected.
func releases(c *Collection) map[string]Release {
	out := map[string]Release{}
	for _, o := range c.meshConfigs {
		if v, ok := release.Parse(o.As.Version); ok {
			out[cmp.Or(o.As.Revision, resolve.DefaultRevision)] = Release{Version: v, From: o.As.Source}
		}
	}
	for _, o := range c.Others[resolve.KindInstallation] {
		if i, is := o.Value.(*resolve.Installation); is {
			v, _ := release.Parse(i.Version) // else it was no Installation
			out[cmp.Or(i.Revision, resolve.DefaultRevision)] = Release{Version: v, From: i.Source}
		}
	}
	for _, o := range c.Controllers {
		if v, ok := istiodVersion(o); ok {
			out[istiodRevision(o.As)] = Release{Version: v, From: o.Ref()}
		}
	}
	proxies := map[string]Release{}
	for _, o := range c.Pods {
		revision := injectedBy(o.As)
		if _, known := out[revision]; known || revision == "" {
			continue
		}
		if v, ok := proxyVersion(&o.As.Spec); ok && v.Compare(proxies[revision].Version) > 0 {
			proxies[revision] = Release{Version: v, From: o.Ref(), Proxy: true}
		}
	}
	maps.Copy(out, proxies)
	return out
}

// injectedBy is the revision that injected a running pod, "" for none.
func injectedBy(p *corev1.Pod) string {
	if p.Annotations[resolve.SidecarStatusAnnotation] == "" {
		return ""
	}
	return p.Annotations[resolve.RevisionLabel]
}

// istiodVersion is that of an istiod Deployment: by the image of its container, else by the
// labels of its chart.
func istiodVersion(o Typed[*resolve.Controller]) (release.Version, bool) {
	if o.Kind != resolve.KindDeployment || o.As.Labels["app"] != "istiod" {
		return release.Version{}, false
	}
	for _, c := range o.As.Template.Spec.Containers {
		if v, ok := release.OfImage(c.Image); ok && c.Name == "discovery" {
			return v, true
		}
	}
	chart, _ := strings.CutPrefix(o.As.Labels[resolve.ChartLabel], "istiod-")
	return release.Parse(cmp.Or(o.As.Labels[resolve.VersionLabel], chart))
}

func proxyVersion(s *corev1.PodSpec) (release.Version, bool) {
	for _, c := range slices.Concat(s.Containers, s.InitContainers) {
		if c.Name == "istio-proxy" {
			return release.OfImage(c.Image)
		}
	}
	return release.Version{}, false
}

// TellsVersion reports a pod whose proxy is all that shows the version of its control plane.
func (k *Control) TellsVersion(p *corev1.Pod) bool {
	revision := injectedBy(p)
	if revision == "" {
		return false
	}
	r := k.Of(revision).Release
	_, says := proxyVersion(&p.Spec)
	return says && !r.Told && (r.Proxy || !r.Known())
}
