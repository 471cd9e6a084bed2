package conformance

import "testing"

// planSeeds are the seeds of every plan that did harm once, and what it was.
var planSeeds = map[string][]uint64{
	"two workloads share all labels: the rest of the plan was dropped in silence":                         {81, 89, 106, 170, 172},
	"a declared call to a Service that is exported to nobody, or its caller's own":                        {195, 365, 518, 547, 734, 843, 915, 961, 1034, 1249, 1510},
	"a sidecar that sees none of the ports: neither STRICT nor held":                                      {1773},
	"interception mode NONE: calls to unknown hosts pass no proxy (the judge's mistake)":                  {1338},
	"interception mode NONE: what the proxy does not know the application calls itself":                   {1286},
	"interception mode NONE: nothing is redirected that annotations could limit (the judge's mistake)":    {2042216132},
	"a port that only an annotation about capture names: taken for one of all others, and held":           {3000362162},
	"a subset of a headless Service without a pod: a sidecar keeps the address there":                     {3139149813},
	"a port's entry of which tls and load balancer were taken left its number alone, which Istio refuses": {4211432761},
	"a route leads all calls elsewhere, to a host that is none (the judge's mistake)":                     {630126587},
	"a port for UDP and TCP, whose protocol istiod takes by order (the judge's mistake)":                  {1263},
}

// TestPlansAgain looks again at the seeds of all harm that there ever was.
func TestPlansAgain(t *testing.T) {
	for what, seeds := range planSeeds {
		t.Run(what, func(t *testing.T) {
			for _, seed := range seeds {
				runPlans(t, seed, 1)
			}
		})
	}
}
