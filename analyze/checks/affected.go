package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// affected names what a cause decides: the ports that are called, and the calls that
// somebody is known to make.
func (c *cause) affected() []analyze.Affected {
	var list []analyze.Affected
	for _, side := range []*broken{&c.workloads, &c.gateways} {
		for _, to := range sortedKeys(side.ports) {
			list = append(list, analyze.Affected{Noun: analyze.AffectedCall, Name: to})
		}
	}
	for _, d := range c.record.declared {
		list = append(list, declaredCall(d))
	}
	return list
}

// declaredCall names a call that configuration speaks of.
func declaredCall(d *declared.Call) analyze.Affected {
	name := d.Client.Ref.String() + " -> " + shortHost(d.Host)
	if d.Port != 0 {
		name += fmt.Sprintf(":%d", d.Port)
	}
	return analyze.Affected{Noun: analyze.AffectedCall, Name: name}
}

// affectedPorts names ports of workloads.
func affectedPorts(ports []backend) []analyze.Affected {
	list := make([]analyze.Affected, len(ports))
	for i, b := range ports {
		list[i] = affectedPort(b.workload, b.port.Number)
	}
	return list
}

func affectedPort(w *inbound.Workload, port int32) analyze.Affected {
	return analyze.Affected{Noun: analyze.AffectedPort, Name: fmt.Sprintf("%d of %s", port, w.Ref)}
}

// affectedWorkloads names workloads, variants of one once.
func affectedWorkloads(list []*inbound.Workload) []analyze.Affected {
	refs := make([]resolve.Ref, len(list))
	for i, w := range list {
		refs[i] = w.Ref
	}
	return affectedObjects(refs)
}

func affectedObjects(refs []resolve.Ref) []analyze.Affected {
	var list []analyze.Affected
	for _, r := range refs {
		one := analyze.Affected{Noun: analyze.AffectedObject, Name: r.String()}
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list
}
