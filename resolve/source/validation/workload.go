package validation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
)

func (r *report) workloadEntry(_ Meta, w *networkingapi.WorkloadEntry) {
	r.workload(w, nil, r.spec())
}

// workload checks an address of a workload. ports are those of the ServiceEntry that
// it stands in, nil for one that stands by itself and may be a host name then.
func (r *report) workload(w *networkingapi.WorkloadEntry, ports map[string]bool, at *place) {
	address := w.GetAddress()
	if address == "" && w.GetNetwork() == "" {
		r.add(CauseAddress, at, "address or network is required")
		return
	}
	path, socket := strings.CutPrefix(address, unixPrefix)
	switch {
	case socket && !isUnixSocket(path):
		r.add(CauseAddress, at.child("address"), fmt.Sprintf("%s is not a path of a socket", Quoted(path)))
	case socket && len(w.Ports) > 0:
		r.add(CausePort, at.child("ports"), "a unix socket has no ports")
	case socket && ports != nil && len(ports) != 1:
		r.add(CausePort, at, "an entry for a unix socket has exactly one port")
	case !socket && address != "" && !isIP(address) && (ports != nil || badDomain(address) != ""):
		r.add(CauseAddress, at.child("address"), fmt.Sprintf("%s is not a valid address here", Quoted(address)))
	}
	r.endpointPorts(w.GetPorts(), ports, at.child("ports"))
	r.labels(w.GetLabels(), at.child("labels"))
}

func (r *report) endpointPorts(of map[string]uint32, entry map[string]bool, at *place) {
	for name, number := range of {
		if entry != nil && !entry[name] {
			r.add(CausePort, at.child(name), fmt.Sprintf("the ServiceEntry has no port named %s", Quoted(name)))
		}
		r.portName(name, at.child(name))
		r.port(number, at.child(name))
	}
}

func (r *report) workloadGroup(_ Meta, g *networkingapi.WorkloadGroup) {
	at := r.spec()
	if g.Template == nil {
		r.add(CauseRequired, at, "template is required")
		return
	}
	r.labels(g.GetMetadata().GetLabels(), at.child("metadata").child("labels"))
	if g.Probe != nil {
		r.probe(g.Probe, at.child("probe"))
	}
}

var probeHeader = regexp.MustCompile("^[-A-Za-z0-9]+$")

func (r *report) probe(p *networkingapi.ReadinessProbe, at *place) {
	for name, n := range map[string]int32{
		"periodSeconds": p.PeriodSeconds, "initialDelaySeconds": p.InitialDelaySeconds, "timeoutSeconds": p.TimeoutSeconds,
		"successThreshold": p.SuccessThreshold, "failureThreshold": p.FailureThreshold,
	} {
		r.atLeastZero(n, at.child(name))
	}
	switch m := p.HealthCheckMethod.(type) {
	case *networkingapi.ReadinessProbe_HttpGet:
		at := at.child("httpGet")
		r.port(m.HttpGet.GetPort(), at.child("port"))
		if !slices.Contains([]string{"", "HTTP", "HTTPS"}, m.HttpGet.GetScheme()) {
			r.add(CauseValue, at.child("scheme"), "the scheme is HTTP or HTTPS")
		}
		for i, h := range m.HttpGet.GetHttpHeaders() {
			if !probeHeader.MatchString(h.GetName()) {
				r.add(CauseValue, at.child("httpHeaders").at(i), fmt.Sprintf("header name %s is not valid", Quoted(h.GetName())))
			}
		}
	case *networkingapi.ReadinessProbe_TcpSocket:
		r.port(m.TcpSocket.GetPort(), at.child("tcpSocket").child("port"))
	case *networkingapi.ReadinessProbe_Exec:
		if len(m.Exec.GetCommand()) == 0 {
			r.add(CauseRequired, at.child("exec"), "command is required")
		}
	default: // grpc too: Istio's webhook does not know it
		r.add(CauseUnsupported, at, "one of httpGet, tcpSocket, exec is needed")
	}
}
