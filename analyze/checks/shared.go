package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// ofNamespace is a cause that findings about the objects of a namespace have in common.
func ofNamespace(namespace string, why resolve.Cause, value string) analyze.Cause {
	return analyze.Cause{Object: resolve.Ref{Kind: resolve.KindNamespace, Name: namespace}, Why: why, Value: value}
}

// withoutProxy is why a workload has no proxy: its namespace, where all workloads of that are
// alike, else the workload itself.
func withoutProxy(w *inbound.Workload) analyze.Cause {
	why := membershipCause(w)
	switch why {
	case resolve.CauseAnnotationInVain: // of a namespace without a label too
		return ofNamespace(w.Ref.Namespace, resolve.CauseNotLabelled, "")
	case resolve.CauseNotLabelled, resolve.CauseNamespaceRefuses, resolve.CauseEmptyRevision, resolve.CauseNoSuchRevision, resolve.CauseNotRestarted,
		resolve.CauseAssumedNotInjected, resolve.CauseSystemNamespace, resolve.CauseNamespaceMissing, resolve.CauseNamespacesUnread, resolve.CauseOptIn:
		return ofNamespace(w.Ref.Namespace, why, "")
	}
	return analyze.Cause{Object: w.Ref, Why: why}
}

// membershipCause is why a workload has no proxy: of a running pod, why its template was to get
// none, so that it is the same before and after the pods are there.
func membershipCause(w *inbound.Workload) resolve.Cause {
	if why := w.Membership.Why; why.Cause == resolve.CauseNoProxyBecause {
		return why.Details().Base.Cause
	}
	return w.Membership.Why.Cause
}

// proxyFix says how workloads get a proxy, and what to do where they have none on purpose, or
// cannot have one.
func proxyFix(list []*inbound.Workload, cause analyze.Cause, policy string) string {
	if why := remedy.AllNeverInjected(list); why != "" {
		return fmt.Sprintf("protect the ports in the application, and delete %s: %s cannot have a sidecar (%s)", policy, firstNames(list), why)
	}
	gets := "inject sidecars (or join ambient) and restart the pods"
	if ns := cause.Object; ns.Kind == resolve.KindNamespace && cause.Why == resolve.CauseNotLabelled {
		gets = fmt.Sprintf("label namespace %s for injection (istio-injection: enabled, or istio.io/rev) or for ambient, and restart its pods", ns.Name)
	}
	return gets + "; if the workloads stay outside the mesh on purpose, delete " + policy
}

// plainFix lets in a client that has no sidecar, and gives it one first where it can have one.
func plainFix(list []*inbound.Workload) string {
	by := "accept the risk: allow it without an identity, by ipBlocks, a port or a JWT"
	if why := remedy.AllNeverInjected(list); why != "" {
		return fmt.Sprintf("route its calls through a gateway of the mesh; %s (%s cannot have a sidecar: %s)", by, firstNames(list), why)
	}
	return fmt.Sprintf("inject a sidecar into %s; %s", firstNames(list), by)
}

// allWithoutProxy is the cause that workloads without a proxy have in common, zero where they
// have several.
func allWithoutProxy(list []*inbound.Workload) analyze.Cause {
	var common analyze.Cause
	for i, w := range list {
		cause := withoutProxy(w)
		if i > 0 && cause != common {
			return analyze.Cause{}
		}
		common = cause
	}
	return common
}

// shared is what the calls that a field breaks have in common with those of other fields: the
// namespace of their servers has no proxies. It is zero where something else is the cause.
func (c *cause) shared() analyze.Cause {
	if c.all > maxRepaired {
		return analyze.Cause{}
	}
	var servers []*inbound.Workload
	for i := range c.some {
		server := nakedServer(c.some[i].Connection)
		if server == nil {
			return analyze.Cause{}
		}
		servers = append(servers, server)
	}
	common := allWithoutProxy(servers)
	if common.Object.Kind != resolve.KindNamespace {
		return analyze.Cause{}
	}
	common.Value = c.sent().String()
	return common
}

// nakedServer is the server of a call that has no proxy, nil for another.
func nakedServer(c outbound.Connection) *inbound.Workload {
	if c.Server == nil || c.Server.Workload == nil || c.Server.Workload.Membership.Dataplane != resolve.DataplaneNone {
		return nil
	}
	return c.Server.Workload
}
