package render

import (
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// VerifyRun is how a report of verify came about.
type VerifyRun struct {
	FailOn string
	// Named is true where pods or workloads were named.
	Named bool
	// Missing is what of the input, or of the dumps, could not be used.
	Missing []wire.MissingItem
}

// NewVerifyReport is the wire form of what verify found.
func NewVerifyReport(scope wire.Scope, run VerifyRun, r *verify.Report) *wire.VerifyReport {
	out := &wire.VerifyReport{
		APIVersion: wire.APIVersion, Kind: "VerifyReport", Scope: filled(scope), FailOn: run.FailOn, Named: run.Named, Missing: append([]wire.MissingItem{}, run.Missing...),
		Items: make([]wire.VerifyItem, 0, len(r.Items)), Proxies: []wire.VerifyProxy{}, Unseen: []wire.VerifyUnseen{},
	}
	for i := range r.Items {
		item := newVerifyItem(&r.Items[i])
		out.Items = append(out.Items, item)
		out.Totals.Count(item.Severity)
	}
	for i := range r.Proxies {
		p := newVerifyProxy(&r.Proxies[i])
		out.Proxies = append(out.Proxies, p)
		out.Totals.Ports += p.Ports
		out.Totals.Hosts += p.Hosts
	}
	for _, u := range r.Unseen {
		out.Unseen = append(out.Unseen, wire.VerifyUnseen{Workload: refOf(u.Workload), Pods: append([]string{}, u.Pods...), Of: u.Of, Dataplane: u.Dataplane.String()})
		out.Totals.Unseen += max(len(u.Pods), 1)
	}
	out.Totals.Items, out.Totals.Proxies = len(out.Items), len(out.Proxies)
	if len(out.Unseen) > 0 {
		out.Missing = append(out.Missing, newUnseen(out))
	}
	for _, l := range r.Lacks {
		out.Missing = append(out.Missing, wire.MissingItem{What: l.What, Names: l.Names, Effect: l.Effect() + " (" + firstFew(l.Names) + ")", Hint: l.Hint})
	}
	if len(out.Proxies) == 0 && len(out.Missing) == 0 {
		out.Missing = append(out.Missing, wire.MissingItem{What: "proxy", Names: []string{}, Effect: "no proxy was compared", Hint: "add the workloads with -f, and the dumps of their proxies with --proxies"})
	}
	out.Complete = len(out.Missing) == 0
	return out
}

// newUnseen is what is missing where pods have no dump.
func newUnseen(r *wire.VerifyReport) wire.MissingItem {
	item := wire.MissingItem{What: "proxy", Names: []string{}, Hint: "add their dumps: istioctl bug-report leaves out pods of StatefulSets and Jobs, istioctl proxy-config all POD.NAMESPACE -o json prints one"}
	for i := range r.Unseen {
		u := &r.Unseen[i]
		for _, pod := range u.Pods {
			item.Names = append(item.Names, "pod/"+pod+"."+u.Workload.Namespace)
		}
		if len(u.Pods) == 0 {
			item.Names = append(item.Names, resourceName(objectOf(u.Workload)))
		}
	}
	item.Effect = proxies(r.Totals.Unseen) + " not seen (" + firstFew(item.Names) + ")"
	return item
}

func newVerifyItem(i *verify.Item) wire.VerifyItem {
	item := wire.VerifyItem{
		Pod: i.Pod.Name, Namespace: i.Pod.Namespace, Workload: refOf(i.Workload), Port: i.Port, AnyPort: i.Any, Host: i.Host, Endpoint: i.Endpoint,
		Config: i.Config, Proxy: i.Proxy, State: i.State.String(), Message: i.Message, Fix: i.Fix, By: refOf(i.By), Position: positionOf(i.At),
	}
	if i.Check != nil {
		item.Code, item.Severity, item.Why = i.Check.Code, i.Severity.String(), i.Why.String()
	}
	return item
}

func newVerifyProxy(p *verify.Proxy) wire.VerifyProxy {
	out := wire.VerifyProxy{
		Pod: p.Pod.Name, Namespace: p.Pod.Namespace, Workload: refOf(p.Workload.Ref), Kind: p.Kind, Version: p.Version, Files: append([]string{}, p.Files...),
		Sync: p.Sync, Identity: p.Identity, Ports: p.Ports, Hosts: p.Hosts, OtherHosts: p.Others, Counted: p.Counted, Traffic: []wire.VerifyTraffic{},
	}
	if !p.Expires.IsZero() {
		out.Expires = p.Expires.UTC().Format(time.RFC3339)
	}
	for _, t := range p.Traffic {
		out.Traffic = append(out.Traffic, wire.VerifyTraffic(t))
	}
	return out
}
