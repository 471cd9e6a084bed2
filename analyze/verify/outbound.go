package verify

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// knowledge is what the clients of a class send, by "host:port/subset".
type knowledge struct {
	calls map[string][]expectation
	// hosts are those of the mesh, hidden or not; aliases and hosts of several objects are not
	// compared.
	hosts, unclear map[string]bool
}

// expectation is what is sent to one endpoint.
type expectation struct {
	sends resolve.Sending
	// addresses are where the endpoint is, nil where that is unknown.
	addresses []string
	// identity is what the endpoint's certificate names, "" where that is unknown.
	identity string
	waypoint bool
	// absent is true for an endpoint that the client is not given, nobody for a port without any.
	absent, nobody bool
}

// knowledgeOf is that of a class, worked out once.
func (v *verifier) knowledgeOf(class *outbound.ClientClass) *knowledge {
	if k := v.known[class]; k != nil {
		return k
	}
	k := &knowledge{calls: map[string][]expectation{}, hosts: map[string]bool{}, unclear: map[string]bool{}}
	v.known[class] = k
	for _, h := range v.mesh.Hosts() {
		k.unclear[h.Name] = k.unclear[h.Name] || k.hosts[h.Name] || h.Alias != "" || h.Waypoint != nil
		k.hosts[h.Name] = true
	}
	only := func(c *outbound.ClientClass) bool { return c == class }
	for con := range v.mesh.Connections(outbound.Filter{Client: only, Rerouted: true}) {
		key := callKey(con.Host.Name, con.Port.Number, con.Subset)
		k.calls[key] = append(k.calls[key], expectationOf(&con))
	}
	return k
}

func callKey(host string, port int32, subset string) string {
	key := fmt.Sprintf("%s:%d", host, port)
	if subset != "" {
		key += "/" + subset
	}
	return key
}

func expectationOf(con *outbound.Connection) expectation {
	e := expectation{sends: con.Sends, waypoint: len(con.Legs) > 0, absent: con.Sends.Why.Cause == resolve.CauseLeftOut || con.Sends.TLS == resolve.SendsNothing}
	if con.Sends.IfMeshed != resolve.SendsUnknown {
		e.sends.TLS = con.Sends.IfMeshed // there is a proxy, as its dump shows
	}
	s := con.Server
	switch {
	case s == nil:
		e.nobody = true
	case s.Address != "":
		if at := s.Written(); at != "" {
			e.addresses = []string{normal(at)}
		}
	case s.Workload != nil:
		for _, a := range s.Workload.Addresses {
			e.addresses = append(e.addresses, normal(fmt.Sprintf("%s:%d", a, s.Port)))
		}
		if s.Workload.Trust != nil {
			e.identity = s.Workload.Identity()
		}
	}
	return e
}

// normal is an address as netip writes it; istiod and objects write IPv6 in several ways.
func normal(at string) string {
	cut := strings.LastIndexByte(at, ':')
	if cut < 0 {
		return at
	}
	ip, err := netip.ParseAddr(strings.Trim(at[:cut], "[]"))
	if err != nil {
		return at
	}
	return ip.String() + at[cut:]
}

// outbound compares the clusters of a proxy with what its workload sends.
func (v *verifier) outbound(s *subject) {
	class := v.classes[s.workload]
	if class == nil || s.kind == proxy.Waypoint {
		return // it forwards what others sent
	}
	k := v.knowledgeOf(class)
	has := map[string]bool{}
	for i := range s.Clusters {
		c := &s.Clusters[i]
		key := callKey(c.Host, c.Port, c.Subset)
		has[key] = true
		switch wants := k.calls[key]; {
		case !k.hosts[c.Host]:
			s.others++
		case k.unclear[c.Host]:
			s.others++
		case len(wants) == 0:
			v.surplus(s, c, key)
		default:
			v.call(s, c, key, wants)
		}
	}
	v.lacking(s, k, has)
}

// lacking reports calls for which the proxy has no cluster: they are passed on past mTLS.
func (v *verifier) lacking(s *subject, k *knowledge, has map[string]bool) {
	if !s.Whole {
		return // a part of a dump: what it lacks may be there
	}
	var keys []string
	for key, wants := range k.calls {
		host := key[:strings.LastIndexByte(key, ':')]
		certain := slices.ContainsFunc(wants, func(e expectation) bool { return e.sends.TLS != resolve.SendsUnknown && !e.absent && !e.nobody })
		if !has[key] && !k.unclear[host] && certain {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		i := Item{Host: key, Config: wordsOf(k.calls[key]), Proxy: "NOTHING", State: Differs}
		why, because := v.why(s, &i, "cluster")
		i.Message = fmt.Sprintf("the proxy has no cluster for %s: calls are not mTLS, and may be passed on as plaintext; %s", key, because)
		s.hosts++
		s.wrong(CallDiffers, analyze.Error, why, i)
	}
}

// surplus is a cluster for what the configuration hides from the client, or does not have.
func (v *verifier) surplus(s *subject, c *proxy.Cluster, key string) {
	i := Item{Host: key, Config: "NOTHING", Proxy: formOf(c), State: Differs, By: c.Rule}
	why, because := v.why(s, &i, "cluster")
	i.Message = fmt.Sprintf("the proxy has a cluster for %s, which the configuration does not have or hides from this client; %s", key, because)
	s.hosts++
	s.wrong(CallDiffers, analyze.Warning, why, i)
}

// formOf is what a cluster sends: one word, or "AUTO" where the endpoint decides.
func formOf(c *proxy.Cluster) string {
	switch outside := c.Outside(); len(outside) {
	case 0:
		return resolve.SendsHBONE.String()
	case 1:
		return outside[0].String()
	}
	return "AUTO"
}

// wordsOf are the different answers of a call.
func wordsOf(wants []expectation) string {
	var words []string
	for _, e := range wants {
		if word := e.sends.TLS.String(); !e.absent && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// call compares one cluster, endpoint by endpoint where the dump has them.
func (v *verifier) call(s *subject, c *proxy.Cluster, key string, wants []expectation) {
	s.hosts++
	i := Item{Host: key, Config: wordsOf(wants), Proxy: formOf(c), State: Same, By: wants[0].sends.By, At: wants[0].sends.Position()}
	if i.Config == resolve.SendsUnknown.String() {
		i.State = Settled
		v.agreed(s, i)
		return
	}
	list, listed := s.Endpoints[c.Name()]
	switch {
	case c.Kept || listed && len(list) == 0 || !listed && !c.PerEndpoint():
		v.form(s, c, i, wants)
	case !listed && s.Has.Endpoints:
		v.form(s, c, i, wants)
	case !listed:
		v.noEndpoints = append(v.noEndpoints, podText(s.Pod))
		if i.State = Unknown; decided(wants) {
			v.form(s, c, i, wants)
			return
		}
		v.agreed(s, i)
	default:
		v.endpoints(s, c, i, wants, list)
	}
}

// decided reports a call of which a DestinationRule decides what is sent to every endpoint.
func decided(wants []expectation) bool {
	return !slices.ContainsFunc(wants, func(e expectation) bool { return e.sends.Auto || e.absent || e.sends.TLS == resolve.SendsUnknown })
}

// form compares what a cluster can send at all.
func (v *verifier) form(s *subject, c *proxy.Cluster, i Item, wants []expectation) {
	can := c.Sends()
	if c.Kept {
		can = []resolve.ClientTLS{c.To(&proxy.Endpoint{})}
		i.Proxy = can[0].String()
	}
	agrees := slices.ContainsFunc(wants, func(e expectation) bool {
		// Of an automatic call without endpoints either way is right.
		return slices.Contains(can, e.sends.TLS) || e.sends.TLS == resolve.SendsUnknown || e.absent || e.sends.Auto && !c.Kept && slices.Contains(can, resolve.SendsPlaintext)
	})
	if decided(wants) && !c.Kept && len(c.Outside()) > 1 {
		agrees = false // a rule decides, but the cluster leaves it to the endpoints
	}
	if slices.Contains(can, resolve.SendsUnknown) {
		v.unread(s, i)
		return
	}
	if agrees {
		v.agreed(s, i)
		return
	}
	v.callDiffers(s, c, i, "")
}

// endpoints compares what goes to each endpoint that the proxy has.
func (v *verifier) endpoints(s *subject, c *proxy.Cluster, i Item, wants []expectation, list []proxy.Endpoint) {
	var sent []string
	known := false
	for n := range list {
		e := &list[n]
		got := c.To(e)
		if !slices.Contains(sent, got.String()) {
			sent = append(sent, got.String())
		}
		of := v.candidates(wants, e)
		known = known || len(of) > 0
		if got == resolve.SendsUnknown {
			v.unread(s, i)
			return
		}
		if len(of) == 0 || slices.ContainsFunc(of, func(w expectation) bool { return w.sends.TLS == got || w.sends.TLS == resolve.SendsUnknown }) {
			v.expects(s, c, e, of, got)
			continue
		}
		one := i
		one.Endpoint, one.Config, one.Proxy = v.endpointText(e), wordsOf(of), got.String()
		one.By, one.At = of[0].sends.By, of[0].sends.Position()
		v.callDiffers(s, c, one, " (endpoint "+one.Endpoint+")")
		return // the others of the cluster differ for the same reason
	}
	slices.Sort(sent)
	i.Proxy = strings.Join(sent, ", ")
	if !known { // its endpoints are not in the input
		i.State = Unknown
		s.hosts--
		s.others++
	}
	v.agreed(s, i)
}

// unread is a cluster of which nobody can tell what it sends.
func (v *verifier) unread(s *subject, i Item) {
	i.State, i.Message = Unknown, unreadable
	v.opaque = append(v.opaque, podText(s.Pod))
	v.agreed(s, i)
}

// candidates are the expectations for an endpoint: those of its address, else those whose
// addresses the input does not have.
func (v *verifier) candidates(wants []expectation, e *proxy.Endpoint) (of []expectation) {
	if e.Waypoint {
		return slices.DeleteFunc(slices.Clone(wants), func(w expectation) bool { return !w.waypoint })
	}
	at := normal(e.Address)
	for _, w := range wants {
		if !w.absent && !w.waypoint && slices.Contains(w.addresses, at) {
			of = append(of, w)
		}
	}
	if len(of) > 0 || v.workloadAt(e) != "" {
		return of
	}
	for _, w := range wants {
		if !w.absent && !w.waypoint && !w.nobody && len(w.addresses) == 0 && w.sends.Through == "" {
			of = append(of, w)
		}
	}
	return of
}

// workloadAt names the workload of an endpoint, "" where the input does not know the address.
func (v *verifier) workloadAt(e *proxy.Endpoint) string {
	host, _, _ := strings.Cut(normal(e.Address), "]")
	if cut := strings.LastIndexByte(host, ':'); cut > 0 {
		host = host[:cut]
	}
	if w := v.addresses[host]; w != nil {
		return w.Short() + "." + w.Ref.Namespace
	}
	return ""
}

func (v *verifier) endpointText(e *proxy.Endpoint) string {
	if name := v.workloadAt(e); name != "" {
		return name + " " + e.Address
	}
	return e.Address
}

// agreed keeps an answer of which both sides agree, where these are asked for.
func (v *verifier) agreed(s *subject, i Item) {
	if v.Hosts || i.State == Settled {
		s.add(i)
	}
}

func (v *verifier) callDiffers(s *subject, c *proxy.Cluster, i Item, to string) {
	i.State = Differs
	why, because := v.why(s, &i, "cluster")
	if made := madeBy(c.Rule, i.By); made != "" {
		if why != Unexplained {
			made = because + "; " + made
		}
		because = made
	}
	severity, effect := analyze.Warning, ""
	if strings.Contains(i.Proxy, resolve.SendsPlaintext.String()) || strings.Contains(i.Config, resolve.SendsPlaintext.String()) {
		severity = analyze.Error
	}
	if i.Proxy == resolve.SendsPlaintext.String() {
		effect = ": the calls are not encrypted"
	}
	i.Message = fmt.Sprintf("calls to %s%s: %s in the configuration, the proxy sends %s%s; %s", i.Host, to, i.Config, i.Proxy, effect, because)
	s.wrong(CallDiffers, severity, why, i)
}

// madeBy is the object by which istiod made a cluster, where the configuration decides by another.
func madeBy(rule, by resolve.Ref) string {
	switch {
	case rule == by || by.Kind != "" && by.Kind != resolve.KindDestinationRule:
		return ""
	case rule.IsZero():
		return fmt.Sprintf("istiod made the cluster without a DestinationRule, the configuration decides by %s", by)
	case by.IsZero():
		return fmt.Sprintf("istiod made the cluster by %s, which does not decide in the configuration", rule)
	}
	return fmt.Sprintf("istiod made the cluster by %s, the configuration decides by %s", rule, by)
}

// expects reports a server whose identity the client refuses.
func (v *verifier) expects(s *subject, c *proxy.Cluster, e *proxy.Endpoint, of []expectation, got resolve.ClientTLS) {
	if got != resolve.SendsIstioMutual || len(of) != 1 || of[0].identity == "" || e.Address == "" || len(of[0].addresses) == 0 {
		return
	}
	for _, t := range c.MeshTLS() {
		if len(t.Names) == 0 || slices.Contains(t.Names, "spiffe://"+of[0].identity) {
			return
		}
	}
	names := c.MeshTLS()[0].Names
	s.wrong(IdentityNotExpected, analyze.Error, Unexplained, Item{
		Host: callKey(c.Host, c.Port, c.Subset), Endpoint: v.endpointText(e), Config: "spiffe://" + of[0].identity, Proxy: few(names), By: of[0].sends.By, At: of[0].sends.Position(),
		Message: fmt.Sprintf("the proxy accepts %s for %s, but %s is spiffe://%s: the handshake fails", few(names), c.Host, v.endpointText(e), of[0].identity),
	})
}

// few are the first of many names.
func few(names []string) string {
	const most = 3
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
