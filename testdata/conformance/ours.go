package conformance

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// ours is what mtlsctl says about a world, with its reasons.
type ours struct {
	*answers
	mesh *mesh.Mesh
	// why gives the reason and rule of an answer, by what the answer is about.
	why map[string]string
	// unsure are members of which nobody can tell whether they have a proxy.
	unsure map[string]bool
	// udp are ports of which only the mode can be compared: those that a Service has
	// for UDP, for which istiod makes TCP chains, and those of byChance.
	udp map[string]bool
	// nobodys are hosts of Services exported to nobody: whether istiod keeps their
	// endpoints depends on the order in which it hears of pods and Services.
	nobodys map[string]bool
	// ties are ports whose mode hangs on policies of one age (2A.3), and calls that hang on what
	// the world does not say.
	ties map[string]bool
	// alike are hosts of entries of one age in several namespaces: istiod goes over them in no
	// order, and who is told of any is compared by what is sent, not by where to.
	alike map[string]bool
	// ambient are the members whose calls ztunnel sends.
	ambient map[string]bool
	// several are the members that are told of together with others.
	several map[string]bool
	// delegated is true for a world in which routes are handed on: those whose matches exclude each
	// other are told of all the same.
	delegated bool
}

// readWorld reads the world of a cluster as a user's file, and resolves it.
func readWorld(w world, cluster string) (*mesh.Mesh, error) {
	in, err := source.Read(context.Background(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(w.YAML()), Workers: 1, Applied: true})
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(in.Problems, func(p resolve.Problem) bool { return p.Cause == "" }) { // istiod is asked without its webhook
		return nil, fmt.Errorf("problems of the reader: %v", in.Problems)
	}
	options := asTested()
	options.Cluster = cluster
	return mesh.Build(options, in.Objects), nil
}

// workloadName is that of the member that a workload is.
func workloadName(w *inbound.Workload) string {
	return inCluster(string(w.Ref.Kind)+" "+w.Ref.Path(), w.Cluster)
}

// resolveWorld is what mtlsctl says of a world of one cluster.
func resolveWorld(w world, c *cluster) (*ours, error) {
	m, err := readWorld(w, "")
	if err != nil {
		return nil, err
	}
	return answersOf(m, w, c)
}

// answersOf are those for the members of a cluster of a mesh.
func answersOf(m *mesh.Mesh, w world, c *cluster) (*ours, error) {
	o := &ours{newAnswers(), m, map[string]string{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, sameAge(w), map[string]bool{}, map[string]bool{}, w.delegates()}
	for _, s := range o.mesh.Services() {
		o.nobodys[s.Ref.Name+"."+s.Ref.Namespace+".svc.cluster.local"] = strings.Contains(s.Annotations["networking.istio.io/exportTo"], "~")
	}
	for _, d := range w {
		if exports, _ := d.at("spec", "exportTo").([]any); w.mixed() && d.kind() == "ServiceEntry" && slices.Contains(exports, any("~")) {
			for _, host := range d.at("spec", "hosts").([]any) {
				o.nobodys[host.(string)] = true
			}
		}
	}
	workloads := map[string]*inbound.Workload{}
	for _, x := range o.mesh.Workloads() {
		workloads[workloadName(x)] = x
	}
	chance := byChance(w)
	for _, m := range c.members {
		x := workloads[m.String()]
		if x == nil {
			return nil, fmt.Errorf("mtlsctl knows no workload %s", m)
		}
		if !m.router {
			o.serves(m, x, w.ports())
			for n := range chance[m.namespace] {
				o.udp[fmt.Sprint(m, " ", n)] = true
			}
		}
		if o.ambient[m.String()] = m.ambient; m.ambient {
			o.byZtunnel(m, x, w.ports())
		}
		if m.proxy || m.ambient {
			o.sends(m, x, c)
			o.leads(m, x)
			o.enters(m, x)
		}
	}
	return o, nil
}

// sameAge are the hosts of ServiceEntries of one age in several namespaces.
func sameAge(w world) map[string]bool {
	type born struct{ host, at string }
	namespaces, out := map[born]string{}, map[string]bool{}
	for _, d := range w {
		if d.kind() != "ServiceEntry" {
			continue
		}
		hosts, _ := d.at("spec", "hosts").([]any)
		for _, host := range hosts {
			key := born{fmt.Sprint(host), fmt.Sprint(d.at("metadata", "creationTimestamp"))}
			if other, ok := namespaces[key]; ok && other != d.namespace() {
				out[key.host] = true
			}
			namespaces[key] = d.namespace()
		}
	}
	return out
}

// serves collects the modes of all ports.
func (o *ours) serves(m *member, x *inbound.Workload, ports []uint32) {
	modes := map[uint32]string{}
	o.modes[m.String()] = modes
	for _, n := range ports {
		d, protocol := x.Default, resolve.ProtocolAuto
		for _, p := range x.Ports {
			switch {
			case p.Number != int32(n):
			case p.Protocol == resolve.ProtocolUDP:
				o.udp[fmt.Sprint(m, " ", n)] = true
			default:
				d, protocol = p.Decision, p.Protocol
			}
		}
		mode := d.Mode
		if m.proxy && !x.Capture.NoInterception && d.IfMeshed != resolve.Unset {
			mode = d.IfMeshed // bytes that pass by the proxy, or a machine of unknown membership: istiod does not know
		}
		modes[n] = mode.String()
		if mode != resolve.None {
			modes[n] += " " + classOf(protocol)
		}
		o.why[fmt.Sprint(m, " ", n)] = fmt.Sprintf("%s (rule %s, protocol %s)", words.Because(d.Why), words.Rule(d.Why), protocol)
	}
}

// classOf is which set of filter chains a protocol gets (2.12).
func classOf(p resolve.Protocol) string {
	switch p {
	case resolve.ProtocolHTTP, resolve.ProtocolHTTP2, resolve.ProtocolGRPC, resolve.ProtocolGRPCWeb, resolve.ProtocolProxy:
		return "http"
	case resolve.ProtocolAuto, "":
		return "auto"
	}
	return "tcp"
}

// sends collects what one member sends to every host that it knows, and what
// becomes of calls to the others.
func (o *ours) sends(m *member, x *inbound.Workload, c *cluster) {
	known := calls{}
	o.calls[m.String()] = known
	o.unsure[m.String()] = x.Membership.Dataplane == resolve.DataplaneUnknown
	class := o.classOf(x)
	if class == nil {
		return
	}
	only := func(k *outbound.ClientClass) bool { return k == class }
	for con := range o.mesh.Connections(outbound.Filter{Client: only, Rerouted: true}) {
		key := fmt.Sprintf("%s:%d", con.Host.Name, con.Port.Number)
		if con.Subset != "" {
			key += "/" + con.Subset
		}
		at := address(con, c)
		if known[key] == nil {
			known[key] = map[string]string{}
		}
		if con.Sends.Through != "" {
			at = inNetwork(con.Sends.Through)
		}
		if len(con.Legs) > 0 {
			if o.forwards(&con, key, at); con.Subset != "" && m.ambient {
				delete(known, key) // ztunnel knows no subsets
				continue
			}
			at = throughWaypoint(con.Sends.Waypoint)
		}
		if con.Sends.Why.Cause == resolve.CauseLeftOut {
			o.why[fmt.Sprint(m, " ", key, " ", address(con, c))] = words.Because(con.Sends.Reason())
			continue
		}
		if con.Sends.Why.Cause == resolve.CauseZtunnelTie {
			o.ties[fmt.Sprint(m, " -> ", con.Host.Name)] = true // istiod goes over them in no order
		}
		if con.Sends.Why.Cause == resolve.CauseServicesDiffer {
			o.ties[fmt.Sprint(m, " -> ", con.Host.Name)] = true // istiod reads clusters in no order
		}
		if con.Sends.Why.Cause == resolve.CauseToWaypointUnsure {
			o.ties[fmt.Sprint(m, " -> ", key)] = true // the world has no Gateway, and a cluster might
		}
		also(known[key], at, sent(&con.Sends))
		o.why[fmt.Sprint(m, " ", key, " ", at)] = fmt.Sprintf("%s (rule %s)", words.Because(con.Sends.Reason()), words.Rule(con.Sends.Why))
	}
	for _, sent := range known {
		if len(sent) == 0 {
			sent[nobody] = allLeftOut
		}
	}
	for con := range o.mesh.Connections(outbound.Filter{Client: only, Hidden: true, Rerouted: true}) {
		if con.Sends.Why.Cause.HostUnknown() {
			name := m.String()
			if con.Sends.Why.Cause == resolve.CauseHostByDNS {
				name += overHTTP
			} else if con.Sends.Why.Cause == resolve.CauseHostPerhapsByDNS {
				continue // what the application speaks decides
			}
			o.elsewhere[name] = con.Sends.TLS.String()
			o.why[name+" elsewhere"] = words.Because(con.Sends.Reason())
		}
	}
}

func (o *ours) classOf(x *inbound.Workload) *outbound.ClientClass {
	for _, k := range o.mesh.Clients() {
		for _, w := range k.Workloads {
			if w == x {
				return k
			}
		}
	}
	return nil
}

// address is where the endpoint of a connection is in the cluster.
func address(con outbound.Connection, c *cluster) string {
	e := con.Server
	if e == nil {
		return nobody
	}
	if e.Address != "" || e.Workload == nil { // one of another network may have no address
		return cmp.Or(e.Written(), nobody)
	}
	host := ""
	if m := c.byName[workloadName(e.Workload)]; m != nil {
		host = m.address
	}
	return fmt.Sprintf("%s:%d", host, e.Port)
}
