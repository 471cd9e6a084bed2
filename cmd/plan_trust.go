package cmd

import (
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
)

// validateTrust checks --trust-domain, and that no flag is beside it that is of another plan.
func (f *planFlags) validateTrust(in *input.Flags) error {
	if !f.given("trust-domain") {
		return nil
	}
	for _, flag := range []string{"to", "scope", "inject", "exclude", "upgrade"} {
		if f.given(flag) {
			return console.Usage("leave out --"+flag, "--%s: with --trust-domain a plan changes the trust domain of the whole mesh, and nothing else", flag)
		}
	}
	if in.Namespace != "" && !in.AllNamespaces {
		return console.Usage("use -A", "-n %s: the trust domain is that of the whole mesh", in.Namespace)
	}
	if why := plan.ValidTrustDomain(f.trust); why != "" {
		return console.Usage("for example --trust-domain prod.example", "--trust-domain %q: %s", f.trust, why)
	}
	return nil
}

// changeOf is what --trust-domain asks of the mesh that was read.
func (f *planFlags) changeOf(in *planned) (plan.TrustChange, error) {
	if f.trust == "" {
		return plan.TrustChange{}, nil
	}
	if shown := in.Flags.ShownNamespace(); shown != "" {
		return plan.TrustChange{}, console.Usage("use -A", "--trust-domain: the kubeconfig context has namespace %s, and the trust domain is that of the whole mesh", shown)
	}
	change, refusal := plan.TrustChangeOf(in.Mesh, f.trust)
	if refusal != nil {
		return change, console.Usage(refusal.Hint, "--trust-domain %s: %s", f.trust, refusal.Why)
	}
	return change, nil
}
