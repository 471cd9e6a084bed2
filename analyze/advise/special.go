package advise

import (
	"fmt"
	"slices"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// specials are the callers that never have a certificate of the mesh, by the port that
// they call.
func (a *Adviser) specials() map[portKey][]Obstacle {
	s := &specials{mesh: a.mesh, byPort: map[portKey][]Obstacle{}, scrapes: map[portKey][]Scraped{}, hosts: map[[2]string]*outbound.Host{}}
	for _, h := range a.mesh.Hosts() {
		if svc := h.Service(); svc != nil {
			s.hosts[[2]string{svc.Ref.Namespace, svc.Ref.Name}] = h
		}
	}
	s.apiServer()
	s.monitors()
	s.external()
	for _, w := range a.mesh.Workloads() {
		for _, p := range declared.PeersOf(w) {
			s.add(portKey{w, p.Port.Number}, Obstacle{Kind: Peers, Special: true, Joins: No, Reason: Reason{
				Text: "its pods call each other on this port by pod IP" + inBrackets(p.What) + ": their sidecars have no host for these addresses and pass plaintext through", By: w.Ref, Position: w.Origin.At(""),
				Fix: fmt.Sprintf("add port %d as TCP to a headless Service (clusterIP: None) for the pods, so that their sidecars see the addresses; accept the risk: keep the port PERMISSIVE with portLevelMtls", p.Port.Number),
			}})
		}
		for i := range w.Probes {
			p := &w.Probes[i]
			s.add(portKey{w, p.Port}, probe(w, p))
		}
		if port, why := scraped(w, a.mesh); port != 0 {
			s.add(portKey{w, port}, Obstacle{Kind: Scrape, Special: true, Joins: No, Reason: Reason{
				Text: "Prometheus scrapes the port in plaintext: " + why, By: w.Ref, Position: w.Origin.At("spec.template.metadata.annotations"),
				Fix: "let Istio merge the metrics (prometheus.istio.io/merge-metrics)",
			}})
		}
	}
	a.scrapes = s.scrapes
	return s.byPort
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

// specials collects them.
type specials struct {
	mesh   *mesh.Mesh
	byPort map[portKey][]Obstacle
	// scrapes are all that monitors ask for, those that a STRICT port takes too.
	scrapes map[portKey][]Scraped
	hosts   map[[2]string]*outbound.Host
}

// add says each caller once of a port, however many lines of it lead there.
func (s *specials) add(k portKey, o Obstacle) {
	if e := o.Endpoint; e != nil {
		s.scrapes[k] = append(s.scrapes[k], Scraped{By: o.By, Field: o.Field, Endpoint: e, Who: scraper(o.By.Kind)})
		if e.Sends() == resolve.SendsMutual {
			return // a STRICT port takes it, if the certificate is one of the mesh
		}
		o.Fix = scrapeFix(k.workload.Decision(k.number).Mode)
	}
	if !slices.ContainsFunc(s.byPort[k], func(known Obstacle) bool { return known.Text == o.Text && known.By == o.By }) {
		s.byPort[k] = append(s.byPort[k], o)
	}
}

// service adds an obstacle to all ports behind a Service's port, whatever its number
// where that is 0.
func (s *specials) service(namespace, name string, port int32, o Obstacle) {
	h := s.hosts[[2]string{namespace, name}]
	if h == nil {
		return
	}
	for i := range h.Ports {
		if port != 0 && h.Ports[i].Number != port {
			continue
		}
		for _, e := range h.Ports[i].Endpoints {
			if e.Workload != nil {
				s.add(portKey{e.Workload, e.Port}, o)
			}
		}
	}
}

// apiServer adds the calls of kube-apiserver.
func (s *specials) apiServer() {
	for _, kind := range declared.APIServerKinds {
		for _, o := range s.mesh.Objects(kind) {
			for _, c := range declared.APIServerCalls(o) {
				s.service(c.Namespace, c.Name, c.Port, Obstacle{Kind: kindOfCall(kind), Special: true, Joins: No, Reason: Reason{
					Text: "kube-apiserver calls the port " + asked(o) + ", without a mesh certificate", By: o.Ref(),
					Position: o.Origin.At(callField(kind, c.Field)), Fix: kindOfCall(kind).SafeWay() + "; accept the risk: keep only this port PERMISSIVE with portLevelMtls",
				}})
			}
		}
	}
}

func kindOfCall(kind resolve.Kind) Kind {
	if kind == resolve.KindAPIService {
		return APIService
	}
	return Webhook
}

// asked is what the call is for.
func asked(o resolve.Object) string {
	switch o.Kind {
	case resolve.KindAPIService:
		return "for " + o.Ref().String()
	case resolve.KindDefinition:
		return "to convert objects of " + o.Ref().String()
	}
	return "as a webhook of " + o.Ref().String()
}

// callField is where people look: a webhook is a whole entry of a list.
func callField(kind resolve.Kind, at resolve.Field) resolve.Field {
	if kind == resolve.KindMutatingWebhook || kind == resolve.KindValidatingWebhook {
		return at.Parent().Parent()
	}
	return at
}

func (s *specials) monitors() {
	for _, kind := range []resolve.Kind{resolve.KindServiceMonitor, resolve.KindVMServiceScrape} {
		for _, o := range s.mesh.Objects(kind) {
			s.monitor(o, s.scrapedServices)
		}
	}
	for _, kind := range []resolve.Kind{resolve.KindPodMonitor, resolve.KindVMPodScrape} {
		for _, o := range s.mesh.Objects(kind) {
			s.monitor(o, s.scrapedPods)
		}
	}
}

// monitor adds what a ServiceMonitor or PodMonitor scrapes without a certificate.
func (s *specials) monitor(o resolve.Object, scrape func(*resolve.Monitor, resolve.MonitorEndpoint, Obstacle)) {
	v := o.Value.(*resolve.Monitor)
	for i, e := range v.Endpoints {
		if e.Readdressed {
			continue
		}
		list := "endpoints"
		if o.Kind == resolve.KindPodMonitor || o.Kind == resolve.KindVMPodScrape {
			list = "podMetricsEndpoints"
		}
		field := resolve.Path("spec", list).Index(i)
		scrape(v, e, Obstacle{Kind: Scrape, Special: true, Joins: No, Field: field, Endpoint: &v.Endpoints[i], Reason: Reason{
			Text: scraper(o.Kind) + " scrapes the port for " + o.Ref().String() + ", without a mesh certificate", By: o.Ref(), Position: o.Origin.At(field),
		}})
	}
}

// scraper is who scrapes for an object of a kind.
func scraper(kind resolve.Kind) string {
	if kind == resolve.KindVMServiceScrape || kind == resolve.KindVMPodScrape {
		return "vmagent"
	}
	return "Prometheus"
}

func (s *specials) scrapedServices(m *resolve.Monitor, e resolve.MonitorEndpoint, o Obstacle) {
	selector, err := metav1.LabelSelectorAsSelector(&m.Selector)
	if err != nil {
		return
	}
	for _, svc := range s.mesh.Services() {
		if !watches(m, svc.Ref.Namespace) || !selector.Matches(labelSet(svc.Labels)) {
			continue
		}
		for _, p := range svc.Ports {
			if e.Port == p.Name && e.Port != "" || e.TargetPort != "" && (e.TargetPort == p.TargetName || e.TargetPort == strconv.Itoa(int(p.TargetPort))) {
				s.service(svc.Ref.Namespace, svc.Ref.Name, p.Port, o)
			}
		}
	}
}

func (s *specials) scrapedPods(m *resolve.Monitor, e resolve.MonitorEndpoint, o Obstacle) {
	selector, err := metav1.LabelSelectorAsSelector(&m.Selector)
	if err != nil {
		return
	}
	for _, w := range s.mesh.Workloads() {
		if !watches(m, w.Ref.Namespace) || !selector.Matches(labelSet(w.Labels)) {
			continue
		}
		for i := range w.Ports {
			if p := &w.Ports[i]; p.Name != "" && p.Name == e.Port || strconv.Itoa(int(p.Number)) == e.TargetPort {
				s.add(portKey{w, p.Number}, o)
			}
		}
	}
}

func watches(m *resolve.Monitor, namespace string) bool {
	switch {
	case m.AnyNamespace:
		return true
	case len(m.Namespaces) > 0:
		return slices.Contains(m.Namespaces, namespace)
	}
	return m.Namespace == namespace
}

// external adds the clients outside of the cluster that a Service lets in. In front of
// a gateway that is what it is for.
func (s *specials) external() {
	for _, svc := range s.mesh.Services() {
		if svc.Outside == "" {
			continue
		}
		s.service(svc.Ref.Namespace, svc.Ref.Name, 0, Obstacle{Kind: External, Joins: No, Reason: Reason{
			Text: fmt.Sprintf("clients outside the cluster call the port through %s, %s", svc.Ref, svc.Outside), By: svc.Ref, Position: svc.Origin.At("spec.type"),
			Fix: "route their calls through a gateway, and make the Service ClusterIP",
		}})
	}
}
