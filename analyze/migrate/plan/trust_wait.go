package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// waits adds to every wave what the model does not see: what has to be so before.
func (r *renaming) waits(waves []Wave) {
	for i := range waves {
		switch w := &waves[i]; w.Kind {
		case Switch:
			w.Wait = r.beforeChange()
		case Renew:
			w.Wait = r.machines()
		case Retire:
			w.Wait = []Condition{
				reason("proxies with a certificate of "+r.From+" are refused after this wave", "check the certificates as after the wave certificates; each lives for SECRET_TTL (24h by default)"),
				reason("an istiod that was not restarted after the wave trust-domain names endpoints by "+r.From+", and clients expect no other name after this wave", "compare the age of its pods (kubectl get pods -n "+r.start.mesh.Control.First.Namespace+" -l app=istiod)"),
			}
		}
	}
}

func reason(text, fix string) Condition {
	return Condition{Reason: advise.Reason{Text: text, Fix: fix}}
}

// beforeChange is what is told of before certificates get the new domain: it fails then, and not before.
func (r *renaming) beforeChange() []Condition {
	out := []Condition{
		reason("certificates of both trust domains must have the same root, otherwise no alias helps", "change the root before or after this plan, never with it"),
		reason("an external CA (istio-csr, SPIRE, a private CA behind istiod) may sign "+r.From+" only", "allow "+r.To+" there too"),
		reason("other meshes and SPIFFE peers outside this input may accept "+r.From+" only", "allow "+r.To+" there too"),
	}
	if r.Partial {
		out = append(out, reason("the input is files: policies and rules that are only in the cluster may name "+r.From+", and workloads may be in ambient", "plan from the cluster, or from a snapshot of it"))
	}
	if texts := r.named(resolve.KindEnvoyFilter); len(texts) > 0 {
		out = append(out, Condition{Reason: advise.Reason{Text: "names " + r.From + " in a patch", Fix: "write " + r.To + " beside it"}, Objects: texts})
	}
	if texts := r.named(resolve.KindBackendTLSPolicy); len(texts) > 0 {
		out = append(out, Condition{Reason: advise.Reason{Text: "names " + r.From + " in subjectAltNames", Fix: "write " + r.To + " beside it"}, Objects: texts})
	}
	return out
}

// named are the objects of a kind whose text has the former domain as an identity.
func (r *renaming) named(k resolve.Kind) (out []resolve.Ref) {
	for _, o := range r.start.mesh.Objects(k) {
		text, err := json.Marshal(o.Value)
		if err == nil && (strings.Contains(string(text), "spiffe://"+r.From+"/") || strings.Contains(string(text), r.From+"/ns/")) {
			out = append(out, o.Ref())
		}
	}
	slices.SortFunc(out, resolve.Ref.Compare)
	return out
}

// machines are virtual machines with a proxy: they come back to istiod with the certificate that they
// have, and istiod verifies it by the trust domain with which it was started.
func (r *renaming) machines() []Condition {
	var refs []resolve.Ref
	for u := range r.start.each {
		if u.dataplane() == resolve.DataplaneVM {
			refs = append(refs, u.ref)
		}
	}
	if len(refs) == 0 {
		return nil
	}
	return []Condition{{Reason: advise.Reason{Text: "a restarted istiod refuses the certificates of " + r.From + " with which machines connect", Fix: "give each machine a new token (istioctl x workload entry configure), and restart its proxy"}, Objects: refs}}
}
