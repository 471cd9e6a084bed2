package declared

import (
	"strings"
	"testing"
)

// TestDialers: every row can be found by what it is known by, and by nothing else's.
func TestDialers(t *testing.T) {
	for i := range dialers {
		d := &dialers[i]
		for _, class := range d.classes {
			if got := dialerOf("", strings.TrimSuffix(class, "*")); got != d {
				t.Errorf("class %s is taken for %s, want %s", class, got.name, d.name)
			}
		}
		for _, controller := range d.controllers {
			if got := dialerOf(controller+"x", "nginx"); got != d {
				t.Errorf("controller %s is taken for %v, want %s: what the class says wins over its name", controller, got, d.name)
			}
		}
		if dialerNamed(d.name) != d || !strings.HasPrefix(d.source, "https://") || (d.byService == "") != (d.byServiceOn == "") {
			t.Errorf("%s: its name is another's, or its row is not whole", d.name)
		}
	}
	if dialerOf("", "somebody") != nil || dialerOf("acme.example/ingress", "nginx") != nil {
		t.Error("a class that nobody knows is taken for one that is")
	}
	for kind, a := range actors {
		if a.dialer != "" && dialerNamed(a.dialer) == nil || a.dialer == "" && len(a.pods) == 0 {
			t.Errorf("%s: nobody acts on it", kind)
		}
	}
}
