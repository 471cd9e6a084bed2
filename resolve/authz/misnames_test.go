package authz_test

import (
	"fmt"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/authz"
)

// TestMisnames: a policy that names a trust domain names the same callers at all moments of a change only
// where it names both, or where istiod puts both in the place of one (5.5).
func TestMisnames(t *testing.T) {
	t.Parallel()
	both := []string{"old", "new", "old"}
	change := []authz.Moment{{Domain: "old", Trust: both}, {Domain: "new", Trust: both}, {Domain: "new", Trust: []string{"new", "new", "old"}}}
	after := []authz.Moment{{Domain: "new", Trust: []string{"new"}}}
	for source, c := range map[string]struct{ change, after bool }{
		`principals: ["old/ns/shop/sa/web"]`:                          {false, true},
		`principals: ["old/ns/shop/sa/web", "new/ns/shop/sa/web"]`:    {false, false},
		`principals: ["cluster.local/ns/shop/sa/web"]`:                {false, false},
		`principals: ["old/ns/shop/*"]`:                               {true, true},
		`principals: ["old/ns/shop/*", "new/ns/shop/*"]`:              {false, false},
		`principals: ["old/ns/shop/*", "new/ns/shop/sa/web"]`:         {true, true},
		`notPrincipals: ["old*"]`:                                     {true, true},
		`notPrincipals: ["*"]`:                                        {false, false},
		`principals: ["*/ns/shop/sa/web", "*/sa/x"]`:                  {false, false},
		`principals: ["*ld/ns/shop/sa/web"]`:                          {false, true},
		`principals: ["new/ns/shop/sa/web"]`:                          {true, true},
		`trustDomains: ["old"]`:                                       {false, true},
		`trustDomains: ["ol*"]`:                                       {true, true},
		`notTrustDomains: ["old", "new"]`:                             {false, false},
		`namespaces: ["shop"], notServiceAccounts: ["x/y"]`:           {false, false},
		`principals: ["third/ns/shop/*"], notTrustDomains: ["third"]`: {false, false},
	} {
		p := policies(t, fmt.Sprintf("{rules: [{from: [{source: {%s}}]}]}", source))[0]
		first := authz.Moment{Domain: "old", Trust: []string{"old"}}
		for name, moments := range map[string][]authz.Moment{"change": change, "after": after} {
			_, who, found := p.Misnames(p, first, moments)
			if want := name == "change" && c.change || name == "after" && c.after; found != want {
				t.Errorf("%s, %s: misnames %v (%v), want %v", source, name, found, who, want)
			}
		}
	}
}
