package conformance

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	discoveryv1 "k8s.io/api/discovery/v1"

	"istio.io/istio/pkg/test"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// stage is a world between two waves of a plan, and what istiod says of it.
type stage struct {
	world   world
	members map[string]*member
	*answers
	// behind are the places to which a port of a Kubernetes Service leads, by
	// "host:port".
	behind map[string][]spot
	// vague are the ports whose protocol istiod leaves to chance, or to the order of a
	// Service's ports where one is for UDP.
	vague map[spot]bool
}

// spot is a port of a member.
type spot struct {
	server string
	port   uint32
}

// String is the name of a spot: "Deployment shop/web port 8080".
func (s spot) String() string { return fmt.Sprint(s.server, " port ", s.port) }

// newStage asks istiod about a world, and cleans up after it.
func newStage(w world, ports []uint32) (s *stage, err error) {
	failed := test.Wrap(func(t test.Failer) {
		var c *cluster
		if c, err = newCluster(w); err != nil {
			return
		}
		var a *answers
		if a, err = truthOf(t, w, c, ports); err == nil {
			behind, udp := c.behind()
			s = &stage{w, c.byName, a, behind, udp}
			s.byChance()
		}
	})
	if err == nil {
		err = failed
	}
	return s, err
}

// byChance adds the ports of which istiod's map order decides.
func (s *stage) byChance() {
	chance := byChance(s.world)
	for name, m := range s.members {
		for port := range chance[m.namespace] {
			s.vague[spot{name, port}] = true
		}
	}
}

// behind reads the endpoint slices; ports for UDP it lists apart.
func (c *cluster) behind() (out map[string][]spot, udp map[spot]bool) {
	byAddress := map[string]string{}
	for _, m := range c.members {
		byAddress[m.address] = m.String()
	}
	out, udp = map[string][]spot{}, map[spot]bool{}
	for _, o := range c.objects {
		slice, ok := o.(*discoveryv1.EndpointSlice)
		if !ok {
			continue
		}
		for _, s := range c.services {
			if s.Namespace != slice.Namespace || s.Name != slice.Labels[discoveryv1.LabelServiceName] {
				continue
			}
			for _, port := range s.Spec.Ports {
				at := slices.IndexFunc(slice.Ports, func(p discoveryv1.EndpointPort) bool { return p.Name != nil && *p.Name == port.Name })
				key := fmt.Sprintf("%s.%s.svc.cluster.local:%d", s.Name, s.Namespace, port.Port)
				if at < 0 {
					continue
				}
				for _, e := range slice.Endpoints {
					server, known := byAddress[e.Addresses[0]]
					place := spot{server, uint32(*slice.Ports[at].Port)}
					switch {
					case !known:
					case port.Protocol == "UDP":
						udp[place] = true
					default:
						out[key] = append(out[key], place)
					}
				}
			}
		}
	}
	return out, udp
}

// sent is what a client sends to the members behind a host's port, whether its proxy
// knows the host or not; ok is false where it has endpoints, and none is a member.
func (s *stage) sent(client, key string) map[spot]string {
	out := map[spot]string{}
	every := func(sends string) {
		host, _, _ := strings.Cut(key, "/")
		for _, at := range s.behind[host] {
			out[at] = sends
		}
	}
	m := s.members[client]
	if m != nil && m.ambient {
		key, _, _ = strings.Cut(key, "/") // ztunnel knows no subsets
	}
	known, knows := s.calls[client][key]
	switch {
	case m == nil:
	case !m.proxy && !m.ambient:
		every("PLAINTEXT")
	case !knows && s.elsewhere[client] == "":
		every("PLAINTEXT") // a gateway, or interception mode NONE: no proxy sees it
	case !knows:
		every(s.elsewhere[client])
	default:
		if through := s.throughWaypoint(known, key); through != nil {
			known = through
		}
		for address, sends := range known {
			if address == all {
				every(sends)
			} else if at, ok := s.spotOf(address); ok {
				out[at] = sends
			}
		}
	}
	return out
}

// throughWaypoint is what the waypoint sends through which all calls go, nil for none.
func (s *stage) throughWaypoint(known map[string]string, key string) map[string]string {
	for address := range known {
		if strings.HasPrefix(address, "waypoint ") {
			return s.calls[address][key]
		}
	}
	return nil
}

// spotOf finds the member that has an address.
func (s *stage) spotOf(address string) (spot, bool) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return spot{}, false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	for name, m := range s.members {
		if err == nil && m.address == host {
			return spot{name, uint32(n)}, true
		}
	}
	return spot{}, false
}

// served is what a member's port serves: "" for a port of a gateway, which no policy
// decides alone.
func (s *stage) served(at spot) string {
	m := s.members[at.server]
	if m == nil || m.router {
		return ""
	}
	if m.passedBy(at.port) {
		return "NONE"
	}
	if m.ambient && s.modes[at.server][at.port] == "PERMISSIVE" {
		return "PERMISSIVE tcp" // what is no tunnel is handed on as it is
	}
	serves := s.modes[at.server][at.port]
	if s.vague[at] {
		serves = modeOnly(serves) + " " + anyClass
	}
	return serves
}

// passedBy reports a port that the pod does not hand to its proxy (2.11); with interception
// mode NONE nothing is redirected that annotations could limit.
func (m *member) passedBy(port uint32) bool {
	listed := func(annotation string) bool {
		return slices.Contains(strings.Split(m.annotations["traffic.sidecar.istio.io/"+annotation], ","), fmt.Sprint(port))
	}
	include, limited := m.annotations["traffic.sidecar.istio.io/includeInboundPorts"]
	nothing := m.annotations["sidecar.istio.io/interceptionMode"] == "NONE"
	return m.proxy && !nothing && (listed("excludeInboundPorts") || limited && include != "*" && !listed("includeInboundPorts"))
}

// protocols stand for the classes of filter chains.
var protocols = map[string]resolve.Protocol{"http": resolve.ProtocolHTTP, "tcp": resolve.ProtocolTCP, "auto": resolve.ProtocolAuto}

// anyClass is that of a port whose protocol cannot be told.
const anyClass = "any"

// verdict is what becomes of a call, by the table of section 4; unknown where istiod's
// words are none of ours, and where it depends on a protocol that cannot be told.
func verdict(sends, serves string) resolve.Verdict {
	if sends == "" {
		return resolve.VerdictBroken // no listener takes it
	}
	word, class, _ := strings.Cut(serves, " ")
	var client resolve.ClientTLS
	mode, err := resolve.ParseMode(word)
	if err != nil || client.UnmarshalText([]byte(sends)) != nil {
		return resolve.VerdictUnknown
	}
	if client == resolve.SendsHBONE { // which no mode refuses; ztunnel and sidecars are asked whether the pod listens
		return resolve.VerdictMTLS
	}
	if class != anyClass {
		return resolve.Judge(client, mode, protocols[class]).Verdict
	}
	one := resolve.Judge(client, mode, resolve.ProtocolHTTP).Verdict
	if resolve.Judge(client, mode, resolve.ProtocolTCP).Verdict != one {
		return resolve.VerdictUnknown
	}
	return one
}
