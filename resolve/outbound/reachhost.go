package outbound

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

// noHost is a rule whose host names nothing in the input. The zero Reach where the
// input cannot tell.
func (side *Side) noHost(r *DestinationRule) Reach {
	if h := side.unplaced(r); h != nil {
		why := resolve.Because(resolve.CauseRuleServiceUnplaced, resolve.Details{Text: r.FQDN, By: h.Ref, Name: namespaceOf(r.FQDN)})
		if h.Namespace != r.Ref.Namespace && r.Origin.Unplaced {
			why = resolve.Because(resolve.CauseRuleFileUnplaced, resolve.Details{Text: r.Host, More: r.FQDN, By: h.Ref, Name: h.Namespace})
		}
		return Reach{Unused: UnusedUnplaced, Why: why, Guess: true}
	}
	if h := side.mistyped(r); h != nil {
		return Reach{Unused: UnusedSpelling, Why: resolve.Because(resolve.CauseRuleHostMistyped, resolve.Details{Text: r.Host, By: h.Ref, Name: h.Name}), Intended: h, Guess: true}
	}
	if !side.knowsNamespaceOf(r) || side.installs(r.FQDN) {
		return Reach{}
	}
	if r.Host != r.FQDN {
		for _, h := range side.hosts {
			if h.Ref.Name == r.Host {
				why := resolve.Because(resolve.CauseRuleHostMeansOther, resolve.Details{Text: r.Host, More: r.FQDN, By: h.Ref, Name: h.Namespace})
				return Reach{Unused: UnusedSpelling, Why: why, Intended: h}
			}
		}
		return Reach{Unused: UnusedAbsent, Why: resolve.Because(resolve.CauseRuleHostAbsent, resolve.Details{Text: r.Host, More: r.FQDN}), Guess: true}
	}
	for _, h := range side.hosts {
		if h.Kubernetes && r.Host == h.Ref.Name+"."+h.Namespace {
			why := resolve.Because(resolve.CauseRuleHostDotted, resolve.Details{Text: r.Host, Name: h.Name})
			return Reach{Unused: UnusedSpelling, Why: why, Intended: h}
		}
	}
	return Reach{Unused: UnusedAbsent, Why: resolve.Because(resolve.CauseRuleHostNoService, resolve.Details{Text: r.Host}), Guess: true}
}

// mistyped is the host of a ServiceEntry that a rule for a name outside of Kubernetes misses
// by a letter or two, nil for none or where it may be one of several.
func (side *Side) mistyped(r *DestinationRule) *Host {
	if r.Host != r.FQDN || resolve.IsWildcard(r.FQDN) || namespaceOf(r.FQDN) != "" {
		return nil
	}
	var found *Host
	for _, h := range side.hosts {
		if h.Kubernetes || !h.VisibleTo(r.Ref.Namespace) || !spelling.Slip(r.FQDN, h.Name) {
			continue
		}
		if found != nil && found.Name != h.Name {
			return nil
		}
		found = h
	}
	return found
}

// onlyAliases is a rule for ExternalName Services, which have no cluster of their
// own (3.1.4).
func onlyAliases(hosts []*Host) Reach {
	h := hosts[0]
	return Reach{Unused: UnusedAlias, Why: resolve.Because(resolve.CauseRuleOfAlias, resolve.Details{By: h.Ref, Name: h.Alias})}
}

// unplaced is the Service that a rule names if not for a file, the rule's or the
// Service's, that says no namespace; nil when there is none.
func (side *Side) unplaced(r *DestinationRule) *Host {
	name, namespace := serviceName(r.FQDN), namespaceOf(r.FQDN)
	if name == "" || resolve.IsWildcard(r.FQDN) {
		return nil
	}
	var found *Host
	for _, h := range side.hosts {
		if !h.Kubernetes || h.Ref.Name != name {
			continue
		}
		if h.Origin.Unplaced && namespace != h.Namespace || r.Origin.Unplaced && r.Host != r.FQDN {
			if found != nil {
				return nil // two candidates: nobody can tell which is meant
			}
			found = h
		}
	}
	return found
}

// installs reports whether a host is one that Istio's installer makes: nobody
// keeps its Service among his files.
func (side *Side) installs(host string) bool {
	name := serviceName(host)
	gateway := strings.HasPrefix(name, "istio-") && strings.HasSuffix(name, "gateway")
	return namespaceOf(host) == side.In.Root && (gateway || name == "istiod" || strings.HasPrefix(name, "istiod-"))
}

// knowsNamespaceOf reports whether the input can tell that a rule's host names
// nothing: for a Kubernetes name only where it holds Services of that namespace,
// since many are made by charts that nobody rendered.
func (side *Side) knowsNamespaceOf(r *DestinationRule) bool {
	namespace := namespaceOf(r.FQDN)
	if namespace == "" {
		return strings.Count(r.FQDN, ".") == 1 && side.hasHost(r.FQDN+".svc."+resolve.ClusterDomain)
	}
	return r.Host != r.FQDN && side.hasNamed(r.Host) || slices.ContainsFunc(side.hostsByNamespace[namespace], func(h *Host) bool { return h.Kubernetes })
}

func (side *Side) hasHost(name string) bool { return len(side.hostsByName[name]) > 0 }

// hasNamed reports whether any namespace has a Service of the name.
func (side *Side) hasNamed(name string) bool {
	return slices.ContainsFunc(side.hosts, func(h *Host) bool { return h.Kubernetes && h.Ref.Name == name })
}

// serviceName and namespaceOf take the full name of a Kubernetes Service apart; ""
// for any other host.
func serviceName(host string) string {
	name, _, _ := strings.Cut(strings.TrimSuffix(host, ".svc."+resolve.ClusterDomain), ".")
	if namespaceOf(host) == "" {
		return ""
	}
	return name
}

func namespaceOf(host string) string {
	rest, kubernetes := strings.CutSuffix(host, ".svc."+resolve.ClusterDomain)
	if !kubernetes {
		return ""
	}
	_, namespace, _ := strings.Cut(rest, ".")
	return namespace
}
