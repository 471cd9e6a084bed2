package mesh_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/release"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Vectors are the rule book's scenarios as files: the input is YAML, the head
// says what must come out.
//
//	# scenario 6: ...                 what it is about, with the rule's number
//	# with: shop.yaml                 another file of the folder that is read first
//	# options: revision=prod:1-31     what the command line would say
//	# want: deploy/web.shop 8080 STRICT namespace shop/a shadows shop/b
//	# want: deploy/web.shop sidecar
const vectors = "../../testdata/vectors"

// firstScenarios are those of the server side; 26 to 65, the client side, are added.
var firstScenarios = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 66, 67, 73, 74}

func TestVectors(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(vectors, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors in %s: %v", vectors, err)
	}
	for _, file := range files {
		v := readVector(t, file)
		if v.title == "" { // a world that other vectors start from
			if len(v.wants) > 0 {
				t.Errorf("%s wants something and never runs: begin it with `# rule: ... (2.4)`", file)
			}
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			v.run(t)
		})
	}
}

func TestEveryScenarioHasAVector(t *testing.T) {
	t.Parallel()
	for n := 26; n <= 65; n++ {
		firstScenarios = append(firstScenarios, n)
	}
	for _, n := range firstScenarios {
		if found, _ := filepath.Glob(filepath.Join(vectors, fmt.Sprintf("%03d-*.yaml", n))); len(found) == 0 {
			t.Errorf("scenario %d has no vector: write %s/%03d-<what>.yaml", n, vectors, n)
		}
	}
}

type vector struct {
	file, title string
	with        []string
	wants       []string
	options     config.Options
}

var headLine = regexp.MustCompile(`^# (scenario|rule|with|options|want)\b:? ?(.*)$`)

func readVector(t *testing.T, file string) vector {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v := vector{file: file}
	for line := range strings.Lines(string(text)) {
		m := headLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		switch m[1] {
		case "scenario", "rule":
			v.title = m[2]
		case "with":
			v.with = append(v.with, filepath.Join(vectors, m[2]))
		case "want":
			v.wants = append(v.wants, m[2])
		case "options":
			v.option(t, m[2])
		}
	}
	return v
}

func (v *vector) option(t *testing.T, text string) {
	name, value, _ := strings.Cut(text, "=")
	switch name {
	case "revision":
		if v.options.Revisions == nil {
			v.options.Revisions = map[string]string{}
		}
		tag, revision, ok := strings.Cut(value, ":")
		if !ok {
			revision = tag
		}
		v.options.Revisions[tag] = revision
	case "istio":
		version, ok := release.Parse(value)
		if !ok {
			t.Fatalf("%s: no version: %q", v.file, value)
		}
		v.options.Istio = map[string]release.Version{"": version}
	case "injected-by-default":
		v.options.InjectedByDefault = true
	case "assume-injected":
		v.options.Assume = map[string]resolve.Dataplane{value: resolve.DataplaneSidecar}
	case "assume-naked":
		v.options.Assume = map[string]resolve.Dataplane{value: resolve.DataplaneNone}
	default:
		t.Fatalf("%s: unknown option %q", v.file, text)
	}
}

func (v *vector) run(t *testing.T) {
	if len(v.wants) == 0 {
		t.Fatalf("%s: no `# want:` line", v.file)
	}
	mesh, problems := load(t, v.options, append(v.with, v.file)...)
	for _, want := range v.wants {
		if rest, ok := strings.CutPrefix(want, "problem "); ok {
			v.checkProblem(t, problems, rest)
		} else if rest, ok := strings.CutPrefix(want, "call "); ok {
			v.checkCall(t, mesh, strings.Fields(rest))
		} else if rest, ok := strings.CutPrefix(want, "leg "); ok {
			v.checkLeg(t, mesh, strings.Fields(rest))
		} else if rest, ok := strings.CutPrefix(want, "enters "); ok {
			v.checkEntrance(t, mesh, strings.Fields(rest))
		} else {
			v.check(t, mesh, strings.Fields(want))
		}
	}
	if len(problems) > 0 && !slices.ContainsFunc(v.wants, func(w string) bool { return strings.HasPrefix(w, "problem ") }) {
		t.Errorf("%s: unexpected problems: %v", v.file, problems)
	}
}

// load reads files and resolves them.
func load(t testing.TB, options config.Options, files ...string) (*mesh.Mesh, []resolve.Problem) {
	t.Helper()
	input, err := source.Read(t.Context(), source.Options{Files: files, Applied: true})
	if err != nil {
		t.Fatal(err)
	}
	mesh := mesh.Build(options, input.Objects)
	told := slices.DeleteFunc(input.Problems, func(p resolve.Problem) bool { return p.Cause != "" }) // istiod is asked without its webhook
	return mesh, append(told, mesh.Problems()...)
}

func (v *vector) checkProblem(t *testing.T, problems []resolve.Problem, want string) {
	for _, p := range problems {
		if strings.Contains(p.Ref.String()+": "+p.Message, want) || strings.HasPrefix(want, p.Ref.String()+":") && strings.Contains(p.Message, strings.TrimSpace(strings.TrimPrefix(want, p.Ref.String()+":"))) {
			return
		}
	}
	t.Errorf("%s: no problem %q among %v", v.file, want, problems)
}

// check compares one wanted line: "deploy/web.shop 8080 STRICT scope by shadows loser".
func (v *vector) check(t *testing.T, mesh *mesh.Mesh, want []string) {
	t.Helper()
	w := find(mesh, want[0])
	if w == nil {
		t.Errorf("%s: no workload %s", v.file, want[0])
		return
	}
	var got string
	switch {
	case len(want) == 2:
		got = w.Membership.Dataplane.String()
		want = want[1:]
	case want[1] == "revision":
		got, want = w.Membership.Revision, want[2:]
	default:
		got, want = v.port(w, want[1:])
	}
	if got != strings.Join(want, " ") {
		t.Errorf("%s: %s: got %q, want %q (%s)", v.file, w.Short(), got, strings.Join(want, " "), words.Because(w.Membership.Why))
	}
}

// port says about one port as much as is wanted.
func (v *vector) port(w *inbound.Workload, want []string) (got string, rest []string) {
	d, p := w.Default, inbound.Port{}
	if n, err := strconv.Atoi(want[0]); err == nil {
		i := slices.IndexFunc(w.Ports, func(p inbound.Port) bool { return int(p.Number) == n })
		if i < 0 {
			return "no port " + want[0], want[1:]
		}
		p, d = w.Ports[i], w.Ports[i].Decision
	}
	switch want[1] {
	case "protocol":
		return string(p.Protocol), want[2:]
	case "if-meshed":
		return d.IfMeshed.String(), want[2:]
	case "listener":
		return p.Listener, want[2:]
	}
	words := []string{d.Mode.String(), d.Scope.String(), d.By.Path()}
	if d.By.IsZero() {
		words = words[:2]
	}
	for i, s := range d.Shadowed {
		if i == 0 && slices.Contains(want, "shadows") {
			words = append(words, "shadows")
		}
		if len(words) < len(want)-1 {
			words = append(words, s.By.Path())
		}
	}
	return strings.Join(words, " "), want[1:]
}

func find(mesh *mesh.Mesh, name string) *inbound.Workload {
	for _, w := range mesh.Workloads() {
		if w.Short()+"."+w.Ref.Namespace == name {
			return w
		}
	}
	return nil
}

// checkCall compares "deploy/web.shop pay.shop:80/subset server SENDS verdict",
// where server is a workload, an address, or * for all of them alike.
func (v *vector) checkCall(t *testing.T, mesh *mesh.Mesh, want []string) {
	t.Helper()
	if len(want) != 5 {
		t.Fatalf("%s: want call CLIENT HOST:PORT[/SUBSET] SERVER SENDS VERDICT, got %q", v.file, want)
	}
	found := 0
	for c := range mesh.CallsOf(find(mesh, want[0]), hostOf(t, mesh, want[1])) {
		server := "-"
		if c.Server != nil {
			server = c.Server.String()
		}
		if !isTo(&c, want[1]) || want[2] != "*" && want[2] != server {
			continue
		}
		found++
		if got := c.Sends.TLS.String() + " " + c.Outcome.Verdict.String(); got != want[3]+" "+want[4] {
			t.Errorf("%s: %s -> %s (%s): got %s, want %s %s\n  sends: %s (%s)\n  serves: %s (%s)\n  %s", v.file, want[0], want[1], server, got, want[3], want[4],
				words.Because(c.Sends.Reason()), words.Rule(c.Sends.Why), c.Serves.Mode, words.Because(c.Serves.Why), words.Because(c.Outcome.Why))
		}
	}
	if found == 0 {
		t.Errorf("%s: no connection %s -> %s (%s)", v.file, want[0], want[1], want[2])
	}
}

// hostOf finds a host by "name.namespace:port" or its full name, of several namespaces that of
// "name@namespace:port".
func hostOf(t *testing.T, mesh *mesh.Mesh, text string) *outbound.Host {
	t.Helper()
	name, port, _ := strings.Cut(text, ":")
	name, namespace, _ := strings.Cut(name, "@")
	port, _, _ = strings.Cut(port, "/")
	number, _ := strconv.ParseInt(port, 10, 32)
	var first *outbound.Host
	for _, h := range mesh.Hosts() {
		if (namespace == "" || h.Namespace == namespace) && (h.Name == name || h.Name == name+".svc.cluster.local") {
			if h.Port(int32(number)) != nil {
				return h
			}
			first = cmp.Or(first, h)
		}
	}
	if first == nil {
		t.Fatalf("no host %s", name)
	}
	return first
}

// isTo reports a call to the port and the subset that "HOST:PORT/SUBSET" names.
func isTo(c *outbound.Connection, text string) bool {
	name := fmt.Sprintf(":%d", c.Port.Number)
	if c.Subset != "" {
		name += "/" + c.Subset
	}
	return strings.HasSuffix(text, name) && strings.Contains(text, "/") == (c.Subset != "")
}

// checkLeg compares "deploy/web.shop pay.shop:80/subset server WAYPOINT SENDS verdict": what a waypoint,
// or none ("-"), sends on to the endpoint.
func (v *vector) checkLeg(t *testing.T, mesh *mesh.Mesh, want []string) {
	t.Helper()
	found := false
	for c := range mesh.CallsOf(find(mesh, want[0]), hostOf(t, mesh, want[1])) {
		if c.Server == nil || c.Server.String() != want[2] || !isTo(&c, want[1]) {
			continue
		}
		found = true
		got := "-"
		if len(c.Legs) == 2 {
			leg := c.Legs[1]
			got = fmt.Sprint(leg.From.Path(), " ", leg.Sends.TLS, " ", leg.Outcome.Verdict)
			if leg.Sends.Inside != resolve.SendsUnknown {
				got = fmt.Sprint(leg.From.Path(), " ", leg.Sends.TLS, "+", leg.Sends.Inside, " ", leg.Outcome.Verdict)
			}
		}
		if got != strings.Join(want[3:], " ") {
			t.Errorf("%s: %s: got leg %q, sends %s because %s", v.file, want, got, c.Sends.TLS, words.Because(c.Sends.Reason()))
		}
	}
	if !found {
		t.Errorf("%s: no connection %v", v.file, want)
	}
}

// checkEntrance compares "deploy/edge.shop 8080 a.example.com pay.shop.svc.cluster.local:80": where a
// gateway sends what comes to a port of its proxy for a name, "-" for nowhere.
func (v *vector) checkEntrance(t *testing.T, mesh *mesh.Mesh, want []string) {
	t.Helper()
	w := find(mesh, want[0])
	if w == nil {
		t.Fatalf("%s: no workload %s", v.file, want[0])
	}
	var got []string
	for _, way := range mesh.GatewayWays(mesh.ClassOf(w), w) {
		if strconv.Itoa(int(way.Server.Listens)) == want[1] && way.Name == want[2] {
			got = append(got, way.Target())
		}
	}
	if got == nil {
		got = []string{"-"}
	}
	slices.Sort(got)
	if !slices.Equal(got, want[3:]) {
		t.Errorf("%s: %s port %s for %s: got %q, want %q", v.file, want[0], want[1], want[2], got, want[3:])
	}
}
