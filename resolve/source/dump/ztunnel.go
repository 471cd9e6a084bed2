package dump

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// tunnelDump is a dump of a ztunnel that is being read.
type tunnelDump struct {
	proxy.Ztunnel
	// own is true for keys that only ztunnel's own dump has.
	own bool
	// addresses is true for workloads as istiod and Kmesh print them.
	addresses bool
}

func (f *file) tunnel() *tunnelDump {
	if f.ztunnel == nil {
		f.ztunnel = &tunnelDump{}
		f.ztunnel.Policies = map[string]proxy.TunnelPolicy{}
	}
	return f.ztunnel
}

// tunnelled is the reader of a key of ztunnel's dump, nil for another. Workloads and policies are
// lists, or, as older ones wrote them, maps.
func (f *file) tunnelled(key string) reader {
	switch key {
	case "workloads":
		return f.tunnelWorkload
	case "policies":
		return f.tunnelPolicy
	case "workloadstate":
		return f.tunnelState
	}
	return nil
}

func (f *file) tunnelWorkload(text json.RawMessage) error {
	z := f.tunnel()
	var w struct {
		UID            word
		Name           word
		Namespace      word
		Workload       word `json:"workloadname"`
		Node           word
		ServiceAccount word
		TrustDomain    word
		Protocol       word
		TunnelProtocol word
		IPs            json.RawMessage `json:"workloadips"`
		Addresses      json.RawMessage
		Policies       []word `json:"authorizationpolicies"`
	}
	if err := into(text, &w); err != nil {
		return fmt.Errorf("a workload: %w", err)
	}
	z.own = z.own || w.IPs != nil
	z.addresses = z.addresses || w.Addresses != nil
	one := proxy.TunnelWorkload{
		Pod: proxy.Pod{Namespace: string(w.Namespace), Name: string(w.Name)}, Workload: string(w.Workload), Node: string(w.Node), ServiceAccount: string(w.ServiceAccount),
		TrustDomain: string(w.TrustDomain), HBONE: w.Protocol == "HBONE",
	}
	for _, p := range w.Policies {
		one.Policies = append(one.Policies, string(p))
	}
	z.Workloads = append(z.Workloads, one)
	return nil
}

// tunnelMatch is one match of a policy. What it says of IPs, names and accounts narrows it.
type tunnelMatch struct {
	Namespaces, Principals, SourceIPs, NotSourceIPs, DestinationIPs, NotDestinationIPs, ServiceAccounts []json.RawMessage
	// That a caller is not somebody holds for one without identity.
	DestinationPorts    []json.Number
	NotDestinationPorts []json.Number
}

func (m *tunnelMatch) match() proxy.TunnelMatch {
	narrow := slices.Concat(m.Namespaces, m.Principals, m.SourceIPs, m.NotSourceIPs, m.DestinationIPs, m.NotDestinationIPs, m.ServiceAccounts)
	return proxy.TunnelMatch{Ports: numbers(m.DestinationPorts), NotPorts: numbers(m.NotDestinationPorts), Narrow: len(narrow) > 0}
}

func numbers(list []json.Number) (out []int32) {
	for _, n := range list {
		a := address{}
		a.Socket.Port = n
		out = append(out, a.port())
	}
	return out
}

func (f *file) tunnelPolicy(text json.RawMessage) error {
	z := f.tunnel()
	var p struct {
		Name, Namespace, Action word
		Rules                   [][][]tunnelMatch
		Groups                  json.RawMessage
	}
	if err := into(text, &p); err != nil {
		return fmt.Errorf("a policy: %w", err)
	}
	z.addresses = z.addresses || p.Groups != nil // as istiod prints policies
	out := proxy.TunnelPolicy{Deny: p.Action == "Deny" || p.Action == "DENY"}
	for _, rule := range p.Rules {
		var parts [][]proxy.TunnelMatch
		for _, matches := range rule {
			var list []proxy.TunnelMatch
			for i := range matches {
				list = append(list, matches[i].match())
			}
			parts = append(parts, list)
		}
		out.Rules = append(out.Rules, parts)
	}
	z.Policies[string(p.Namespace)+"/"+string(p.Name)] = out
	return nil
}

func (f *file) tunnelState(text json.RawMessage) error {
	z := f.tunnel()
	var s struct {
		State word
		Info  struct{ Name, Namespace word }
	}
	if err := into(text, &s); err != nil {
		return fmt.Errorf("the state of a workload: %w", err)
	}
	if z.own = true; z.Local == nil {
		z.Local = map[proxy.Pod]string{}
	}
	if s.Info.Name != "" {
		z.Local[proxy.Pod{Namespace: string(s.Info.Namespace), Name: string(s.Info.Name)}] = string(s.State)
	}
	return nil
}

// tunnelCertificate is what ztunnel shows of a certificate.
type tunnelCertificate struct {
	Identity word
	State    json.RawMessage
	Roots    []printed `json:"rootcerts"`
}

func (z *tunnelDump) certificate(c *tunnelCertificate, chain []printed) {
	z.own = true
	one := proxy.TunnelCertificate{Identity: string(c.Identity), State: stateOf(c.State)}
	for i := range chain {
		one.Chain = append(one.Chain, chain[i].certificate())
	}
	for i := range c.Roots {
		one.Roots = append(one.Roots, c.Roots[i].certificate())
	}
	z.Certificates = append(z.Certificates, one)
}

// stateOf is the word of a state, which may have its reason beside it: {"Unavailable": "..."}.
func stateOf(text json.RawMessage) string {
	var state word
	if json.Unmarshal(text, &state) == nil && state != "" {
		return string(state)
	}
	var why map[string]word
	if json.Unmarshal(text, &why) == nil {
		for key, reason := range why {
			return key + ": " + string(reason)
		}
	}
	return ""
}

// done is the dump, as of the pod that the file's name names.
func (z *tunnelDump) done(name string) (*proxy.Ztunnel, error) {
	if !z.own {
		if z.addresses {
			return nil, errors.New("it lists workloads as istiod's /debug/ambientz or Kmesh do: what ztunnel runs is in its own config_dump")
		}
		return nil, errNoDump
	}
	z.File = name
	if pod := podOf(name); pod.Namespace != "" {
		if w := z.Workload(pod); w != nil {
			z.Pod, z.Node = pod, w.Node
		}
	}
	if z.Node == "" && len(z.Local) > 0 {
		for i := range z.Workloads {
			if _, here := z.Local[z.Workloads[i].Pod]; here {
				z.Node = z.Workloads[i].Node
			}
		}
	}
	return &z.Ztunnel, nil
}
