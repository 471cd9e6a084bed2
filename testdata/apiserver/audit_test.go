package apiserver

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{level: Metadata}]
`

// requests are what mtlsctl asked the server for, by the tokens that only it has.
func (s *server) requests(t *testing.T) []auditv1.Event {
	t.Helper()
	f, err := os.Open(s.audit)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var events []auditv1.Event
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var e auditv1.Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		if slices.Contains(users, e.User.Username) && e.User.Username != "bare" {
			events = append(events, e)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return events
}

// onlyRead fails the test over any request of mtlsctl's that reads what it must
// not read, or does more than read.
func (s *server) onlyRead(t *testing.T) {
	t.Helper()
	for _, e := range s.requests(t) {
		if why := trespass(&e); why != "" {
			t.Errorf("mtlsctl asked for %s %s: %s", e.Verb, e.RequestURI, why)
		}
	}
}

// trespass says what is wrong with a request, "" for nothing.
func trespass(e *auditv1.Event) string {
	what := e.ObjectRef
	switch {
	case !strings.HasPrefix(e.UserAgent, "mtlsctl"):
		return "its user agent is " + e.UserAgent
	case what == nil && e.Verb == "get":
		return "" // discovery
	case what == nil:
		return "not a get"
	case what.Resource == "secrets":
		return "Secrets are never read"
	case what.Resource == "configmaps" && e.Verb != "get":
		return "ConfigMaps are read by name"
	case e.Verb == "get" || e.Verb == "list":
		return ""
	case e.Verb == "watch" && e.UserAgent == "mtlsctl/watch":
		return ""
	case e.Verb == "create" && (what.Resource == "selfsubjectaccessreviews" || what.Resource == "selfsubjectrulesreviews"):
		return ""
	}
	return "neither get nor list"
}

// TestTrespass proves the rules on requests that mtlsctl may not make.
func TestTrespass(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		verb, resource, agent string
		fine                  bool
	}{
		{"list", "pods", "mtlsctl/v1", true},
		{"get", "configmaps", "mtlsctl/v1", true},
		{"get", "", "mtlsctl/v1", true},
		{"create", "selfsubjectaccessreviews", "mtlsctl/v1", true},
		{"list", "configmaps", "mtlsctl/v1", false},
		{"list", "secrets", "mtlsctl/v1", false},
		{"get", "secrets", "mtlsctl/v1", false},
		{"watch", "pods", "mtlsctl/v1", false},
		{"watch", "pods", "mtlsctl/watch", true},
		{"watch", "secrets", "mtlsctl/watch", false},
		{"create", "pods", "mtlsctl/watch", false},
		{"create", "pods", "mtlsctl/v1", false},
		{"patch", "pods", "mtlsctl/v1", false},
		{"delete", "pods", "mtlsctl/v1", false},
		{"post", "", "mtlsctl/v1", false},
		{"list", "pods", "Go-http-client/2.0", false},
	} {
		e := auditv1.Event{Verb: c.verb, UserAgent: c.agent}
		if c.resource != "" {
			e.ObjectRef = &auditv1.ObjectReference{Resource: c.resource}
		}
		if why := trespass(&e); (why == "") != c.fine {
			t.Errorf("%s %s by %s: %q", c.verb, c.resource, c.agent, why)
		}
	}
}
