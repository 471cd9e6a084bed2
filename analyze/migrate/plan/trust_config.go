package plan

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/amend"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// configured changes the mesh configuration of every control plane; edit leaves those alone that are
// as they shall be.
func (r *renaming) configured(why string, edit func(*meshv1alpha1.MeshConfig)) (out []Change) {
	for _, o := range r.state.mesh.Inputs() {
		was, ok := o.Value.(*resolve.MeshConfig)
		if !ok || !slices.ContainsFunc(planesOf(r.state.mesh.Control), func(p *config.Plane) bool { return p.Source == was.Source }) {
			continue
		}
		m := *was
		m.Config = proto.Clone(was.Config).(*meshv1alpha1.MeshConfig)
		if edit(m.Config); proto.Equal(m.Config, was.Config) {
			continue
		}
		how := Set
		if m.Text = rewritten(was.Text, was.Config, m.Config); m.Text == "" {
			how = Hand
		}
		is := o
		is.Value = &m
		out = append(out, Change{How: how, Was: o, Is: is, What: spelled(was.Config, m.Config), Why: why})
	}
	slices.SortFunc(out, func(a, b Change) int { return a.Ref().Compare(b.Ref()) })
	return out
}

// aliased takes both domains for each other, however many times they change places: istiod adds to the
// accounts of endpoints what the aliases say, and to nothing else.
func (r *renaming) aliased(c *meshv1alpha1.MeshConfig) {
	c.TrustDomainAliases = append(except(c.TrustDomainAliases, r.To, r.From), r.To, r.From)
	for _, ca := range c.CaCertificates {
		if slices.Contains(ca.TrustDomains, r.From) && !slices.Contains(ca.TrustDomains, r.To) {
			ca.TrustDomains = append(ca.TrustDomains, r.To)
		}
	}
}

func (r *renaming) switched(c *meshv1alpha1.MeshConfig) { c.TrustDomain = r.To }

// retired leaves nothing of the former domain. Certificate authorities that were of it stay known for
// the new one.
func (r *renaming) retired(c *meshv1alpha1.MeshConfig) {
	c.TrustDomainAliases = except(c.TrustDomainAliases, r.To, r.From)
	for _, ca := range c.CaCertificates {
		if slices.Contains(ca.TrustDomains, r.To) {
			ca.TrustDomains = except(ca.TrustDomains, r.From)
		}
	}
}

// except is a list without some of its members, nil for none.
func except(list []string, members ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(members, s) })
}

// Field is a field of a mesh configuration that a change of the trust domain writes, nil to remove it.
type Field struct {
	Path  resolve.Field
	Value any
}

// TrustFields are the fields in which two mesh configurations differ that say the same but for trust
// domains.
func TrustFields(was, is *meshv1alpha1.MeshConfig) (out []Field) {
	if was.GetTrustDomain() != is.GetTrustDomain() {
		f := Field{"trustDomain", is.GetTrustDomain()}
		if is.GetTrustDomain() == "" { // Istio's default
			f.Value = nil
		}
		out = append(out, f)
	}
	if !slices.Equal(was.GetTrustDomainAliases(), is.GetTrustDomainAliases()) {
		out = append(out, Field{"trustDomainAliases", values(is.GetTrustDomainAliases())})
	}
	for i, ca := range is.GetCaCertificates() {
		if !slices.Equal(was.GetCaCertificates()[i].GetTrustDomains(), ca.GetTrustDomains()) {
			out = append(out, Field{resolve.Field("caCertificates").Index(i).Child("trustDomains"), values(ca.GetTrustDomains())})
		}
	}
	return out
}

func values(list []string) any {
	if len(list) == 0 {
		return nil
	}
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// spelled are those fields in a few words: "trustDomain: acme.prod, trustDomainAliases: none".
func spelled(was, is *meshv1alpha1.MeshConfig) string {
	var out []string
	for _, f := range TrustFields(was, is) {
		if f.Value == nil {
			out = append(out, fmt.Sprintf("%s: none", f.Path))
			continue
		}
		out = append(out, fmt.Sprintf("%s: %v", f.Path, f.Value))
	}
	return strings.Join(out, ", ")
}

// carrier makes an object of the text of a mesh configuration, for which amend has edits.
const carrier = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mesh}\n"

// rewritten is the text of a mesh configuration with its new fields, "" where there is none, or it is
// written in a way that no edit of its lines is sure of.
func rewritten(text string, was, is *meshv1alpha1.MeshConfig) string {
	if text == "" || strings.Contains(text, "trust_domain") || strings.Contains(text, public.Token) { // the other spelling of the same field; a snapshot without all values
		return ""
	}
	t := amend.New("mesh", []byte(carrier+text))
	for _, f := range TrustFields(was, is) {
		e := &analyze.Edit{Object: resolve.Ref{Kind: "ConfigMap", Name: "mesh"}, Verb: analyze.Set, Field: f.Path, Value: f.Value}
		if f.Value == nil {
			e.Verb = analyze.Remove
		}
		if t.Apply(e, "") != nil {
			return ""
		}
	}
	out, ok := strings.CutPrefix(string(t.Bytes()), carrier)
	if !ok {
		return ""
	}
	return out
}
