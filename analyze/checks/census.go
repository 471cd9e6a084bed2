package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

// census is who there is, as far as the input tells.
type census struct {
	*people
	// accounts are the ServiceAccount objects, by namespace.
	accounts map[string][]string
	// namespaces are all that are known, sorted; complete is true where a cluster was
	// asked, so that there are no others.
	namespaces []string
	known      map[string]bool
	complete   bool
	// elsewhere is true where the input is one of several clusters.
	elsewhere bool
}

func newCensus(p *analyze.Pass) *census {
	c := &census{people: newPeople(p.Workloads()), accounts: map[string][]string{}, known: map[string]bool{}, elsewhere: p.Mesh().Cluster() != ""}
	for _, o := range p.Objects(resolve.KindServiceAccount) {
		ns := o.Value.GetNamespace()
		c.accounts[ns] = append(c.accounts[ns], o.Value.GetName())
	}
	for _, ns := range p.Namespaces() {
		c.known[ns.Name] = true
		if ns.Known {
			c.namespaces = append(c.namespaces, ns.Name)
			c.complete = c.complete || ns.Origin.File == ""
		}
	}
	return c
}

// missing says why nobody has a name; found is false where somebody has it, or the input
// does not tell.
func (c *census) missing(n identity) (why string, confidence analyze.Confidence, found bool) {
	if !c.known[n.namespace] {
		return c.noNamespace(n.namespace)
	}
	run := c.byNamespace[n.namespace]
	if n.account == "" || n.account == "default" || len(run) == 0 && len(c.accounts[n.namespace]) == 0 {
		return "", 0, false
	}
	if len(c.of(n)) > 0 || slices.Contains(c.accounts[n.namespace], n.account) {
		return "", 0, false
	}
	if slices.ContainsFunc(c.accountsOf(n.namespace), func(a string) bool { return analyze.Variable(a) != "" }) || analyze.Variable(n.account) != "" {
		return "", 0, false
	}
	why = "no workload of it runs as that"
	if len(c.accounts[n.namespace]) > 0 {
		why = "it has no such ServiceAccount, and no workload of it runs as that"
	}
	hint := c.hint(n)
	switch {
	case len(run) > 0 && run[0].Origin.File == "": // all that runs was read
		confidence = analyze.Certain
	case hint != "":
		confidence = analyze.Likely
	default:
		confidence = analyze.Possible
	}
	return why + hint, confidence, true
}

// hint says who was probably meant: an account of nearly that name, or a workload of that
// name which runs as another account.
func (c *census) hint(n identity) string {
	for _, w := range c.byNamespace[n.namespace] {
		if w.Ref.Name == n.account {
			return fmt.Sprintf(" (%s runs as %s)", w.Short(), identityOf(w).account)
		}
	}
	if near := spelling.Nearest(n.account, c.accountsOf(n.namespace)); len(near) > 0 {
		return fmt.Sprintf(" (%s is there)", near[0])
	}
	return ""
}

// cause is what findings about an identity that nobody has have in common: the account that
// the workload of its name runs as instead, or the identity.
func (c *census) cause(n identity) analyze.Cause {
	for _, w := range c.byNamespace[n.namespace] {
		if w.Ref.Name == n.account {
			return ofNamespace(n.namespace, "", "runs as "+identityOf(w).account)
		}
	}
	return ofNamespace(n.namespace, "", n.String())
}

// noNamespace is about a namespace that nothing of the input lives in: of files only one
// that another may be meant for.
func (c *census) noNamespace(name string) (why string, confidence analyze.Confidence, found bool) {
	near := spelling.Nearest(name, c.namespaces)
	switch {
	case c.complete && len(near) > 0:
		return fmt.Sprintf("there is no such namespace (%s is there)", near[0]), analyze.Certain, true
	case c.complete:
		return "there is no such namespace", analyze.Certain, true
	case len(near) > 0 && len(name) > 3:
		return fmt.Sprintf("no such namespace is in the input (%s is there)", near[0]), analyze.Possible, true
	}
	return "", 0, false
}

// accountsOf are the accounts of a namespace, each once.
func (c *census) accountsOf(namespace string) []string {
	names := slices.Clone(c.accounts[namespace])
	for _, w := range c.byNamespace[namespace] {
		names = append(names, identityOf(w).account)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
