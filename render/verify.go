package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Verified is the report of verify, made of its wire form.
type Verified struct {
	Report *wire.VerifyReport
	// Checks document the codes for formats that carry it along.
	Checks []*analyze.Check
}

// Blocks implements View: what differs, by namespace; with wide, or of pods that were named, all
// that was compared.
func (v Verified) Blocks(wide bool) []format.Block {
	var blocks []format.Block
	if wide || v.Report.Named {
		for i := range v.Report.Proxies {
			blocks = append(blocks, v.proxy(&v.Report.Proxies[i], wide)...)
		}
	}
	return append(append(blocks, v.wrong(wide)...), format.Block{Lines: []string{v.summary()}})
}

// wrong are the items that a check is about; those of one pod that differ alike are one, unless all
// are wanted one by one.
func (v Verified) wrong(wide bool) []format.Block {
	var groups [][]*wire.VerifyItem
	index := map[string]int{}
	for i := range v.Report.Items {
		x := &v.Report.Items[i]
		if x.Code == "" {
			continue
		}
		key := strings.Join([]string{x.Namespace, x.Pod, x.Code, x.Why, x.Config, x.Proxy}, "\x00")
		if at, seen := index[key]; seen && !wide {
			groups[at] = append(groups[at], x)
			continue
		}
		index[key], groups = len(groups), append(groups, []*wire.VerifyItem{x})
	}
	var blocks []format.Block
	namespace := ""
	for _, g := range groups {
		if ns := g[0].Namespace; ns != namespace || blocks == nil {
			namespace = ns
			blocks = append(blocks, format.Block{Title: orWord(ns, "cluster-wide")})
		}
		blocks = append(blocks, v.finding(g))
	}
	return blocks
}

// finding tells items that differ alike: the sentence is that of the first.
func (v Verified) finding(alike []*wire.VerifyItem) format.Block {
	x := alike[0]
	about := "pod " + x.Pod
	if parts := partsOf(alike); parts != "" {
		about += ", " + parts
	}
	head := &format.Table{Columns: []format.Column{{}, {}, {}, {}}, Rows: [][]format.Cell{{
		severityCell(x.Severity), {Text: x.Code}, {Text: about, Tone: format.Strong}, {Text: x.Config + " -> " + x.Proxy},
	}}}
	head.Rows[0][0].Text = fmt.Sprintf("%-7s", x.Severity)
	prose := []string{x.Message}
	if x.Why != verify.Unexplained.String() {
		prose[0] += " [" + x.Why + "]"
	}
	if by := objectOf(x.By); !by.IsZero() {
		prose = append(prose, "decides: "+baseOf(&v.Report.Scope).at(by.String(), placedAt(x.Position)))
	}
	return format.Block{Table: head, Indent: 2, Prose: append(prose, "fix: "+x.Fix), Hang: 9}
}

// partsOf are the ports and hosts of items, the first few by name.
func partsOf(items []*wire.VerifyItem) string {
	var parts []string
	for _, x := range items {
		if part := partOf(x); part != "" {
			parts = append(parts, part)
		}
	}
	return firstFew(parts)
}

func partOf(x *wire.VerifyItem) string {
	switch {
	case x.Host != "":
		return "calls to " + x.Host
	case x.AnyPort:
		return "any other port"
	case x.Port != 0:
		return fmt.Sprintf("port %d", x.Port)
	}
	return ""
}

// aboutVerified is the pod and its port or host.
func aboutVerified(x *wire.VerifyItem) string {
	if part := partOf(x); part != "" {
		return "pod " + x.Pod + ", " + part
	}
	return "pod " + x.Pod
}

// proxy is all about one proxy: what it is, its ports, and its hosts.
func (v Verified) proxy(p *wire.VerifyProxy, wide bool) []format.Block {
	rows := [][2]string{
		{"workload", objectOf(p.Workload).String()}, {"proxy", strings.TrimSpace(p.Kind + " " + p.Version)}, {"istiod", p.Sync},
		{"certificate", p.Identity}, {"expires", p.Expires}, {"traffic", trafficText(p)},
	}
	if wide {
		rows = append(rows, [2]string{"read from", strings.Join(p.Files, ", ")})
	}
	head := format.Block{Title: "pod " + p.Namespace + "/" + p.Pod, Table: &format.Table{Columns: []format.Column{{}, {}}}, Indent: 2}
	for _, r := range rows {
		if r[1] != "" {
			head.Table.Rows = append(head.Table.Rows, []format.Cell{{Text: r[0], Tone: format.Faint}, {Text: r[1]}})
		}
	}
	blocks := []format.Block{head}
	if t := v.compared(p); len(t.Rows) > 0 {
		blocks = append(blocks, format.Block{Table: t, Indent: 2})
	}
	return blocks
}

// trafficText is what the proxy received. Counters are by host; those of handshakes are not
// collected by default.
func trafficText(p *wire.VerifyProxy) string {
	if !p.Counted {
		return ""
	}
	var mtls, plain float64
	for _, t := range p.Traffic {
		mtls, plain = mtls+t.MTLS, plain+t.Plaintext
	}
	if mtls+plain == 0 {
		return "nothing received since the proxy began; refused handshakes are not counted by default"
	}
	return fmt.Sprintf("%.0f calls with mTLS and %.0f in plaintext received since the proxy began; refused handshakes are not counted by default", mtls, plain)
}

// compared are the ports and hosts of a proxy.
func (v Verified) compared(p *wire.VerifyProxy) *format.Table {
	t := &format.Table{Columns: []format.Column{{Head: "PORT OR HOST"}, {Head: "CONFIGURATION"}, {Head: "PROXY"}, {Head: "STATE"}, {Head: "DECIDED BY", Drop: 1}, {Head: "AT", Drop: 2}}}
	b := baseOf(&v.Report.Scope)
	for i := range v.Report.Items {
		x := &v.Report.Items[i]
		about := x.Host
		switch {
		case x.Pod != p.Pod || x.Namespace != p.Namespace:
			continue
		case x.AnyPort:
			about = "*"
		case x.Port != 0:
			about = fmt.Sprint(x.Port)
		case x.Host == "":
			continue // about the proxy as a whole
		}
		by := ""
		if ref := objectOf(x.By); !ref.IsZero() {
			by = ref.String()
		}
		t.Rows = append(t.Rows, []format.Cell{{Text: about}, {Text: x.Config}, {Text: x.Proxy, Tone: toneOfState(x.State)}, {Text: x.State, Tone: toneOfState(x.State)}, {Text: by}, {Text: b.of(placedAt(x.Position)), Tone: format.Faint}})
	}
	return t
}

func toneOfState(state string) format.Tone {
	switch state {
	case verify.Differs.String():
		return format.Warning
	case verify.Unknown.String():
		return format.Attention
	}
	return format.Plain
}

// summary is the last line: what is missing first.
func (v Verified) summary() string {
	t := v.Report.Totals
	text := fmt.Sprintf("%s in %s and %s of %s", wire.FindingTotals{Error: t.Error, Warning: t.Warning, Info: t.Info}, count(t.Ports, "port"), count(t.Hosts, "host"), proxies(t.Proxies))
	if t.Error+t.Warning+t.Info == 0 {
		text = fmt.Sprintf("no difference in %s and %s of %s", count(t.Ports, "port"), count(t.Hosts, "host"), proxies(t.Proxies))
	}
	others := 0
	for i := range v.Report.Proxies {
		others = max(others, v.Report.Proxies[i].OtherHosts)
	}
	if others > 0 {
		text += fmt.Sprintf("; up to %s of a proxy not compared (not in the input)", count(others, "host"))
	}
	if missing := missingText(v.Report.Missing); missing != "" {
		return missing + "; " + text
	}
	return text
}

// Data implements View: a VerifyReport.
func (v Verified) Data() any { return v.Report }

// Names implements View: the pods with differences, each once.
func (v Verified) Names() []string {
	var names []string
	for i := range v.Report.Items {
		x := &v.Report.Items[i]
		if x.Code == "" {
			continue
		}
		if name := resourceName(podOf(x)); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// proxies counts proxies.
func proxies(n int) string {
	if n == 1 {
		return "1 proxy"
	}
	return fmt.Sprintf("%d proxies", n)
}

func podOf(x *wire.VerifyItem) resolve.Ref {
	return resolve.Ref{Kind: resolve.KindPod, Namespace: x.Namespace, Name: x.Pod}
}

// Cases implements Checked: a difference is a case, and so is each proxy without any.
func (v Verified) Cases() format.Cases {
	c := format.Cases{Title: "mtlsctl verify", Rules: v.rules(), Summary: v.summary(), Incomplete: missingText(v.Report.Missing)}
	threshold, err := analyze.ParseSeverity(v.Report.FailOn)
	wrong := map[[2]string]bool{}
	for i := range v.Report.Items {
		x := &v.Report.Items[i]
		if x.Code == "" {
			continue
		}
		wrong[[2]string{x.Namespace, x.Pod}] = true
		severity, _ := analyze.ParseSeverity(x.Severity)
		c.Found = append(c.Found, format.Case{
			Code: x.Code, Level: x.Severity, Fails: err == nil && severity >= threshold, Group: x.Namespace, Name: aboutVerified(x), Message: x.Message, Fix: x.Fix,
			Confidence: analyze.Certain.String(), Object: podOf(x), Field: fieldOf(x), Position: placedAt(x.Position),
			Fingerprint: fingerprint(x.Code, x.Namespace, x.Workload.Kind, x.Workload.Name, fieldOf(x), x.Why),
		})
	}
	for _, p := range v.Report.Proxies {
		if !wrong[[2]string{p.Namespace, p.Pod}] {
			c.Good = append(c.Good, format.Case{Group: p.Namespace, Name: fmt.Sprintf("pod %s: %s and %s", p.Pod, count(p.Ports, "port"), count(p.Hosts, "host"))})
		}
	}
	for _, u := range v.Report.Unseen {
		c.Skipped = append(c.Skipped, format.Case{Group: u.Workload.Namespace, Name: objectOf(u.Workload).String(), Message: "not seen: " + cmp.Or(strings.Join(u.Pods, ", "), "no pod has a dump")})
	}
	return c
}

func fieldOf(x *wire.VerifyItem) string {
	switch {
	case x.Host != "":
		return x.Host
	case x.AnyPort:
		return "*"
	case x.Port != 0:
		return fmt.Sprint(x.Port)
	}
	return ""
}

// rules document the codes of verify.
func (v Verified) rules() (out []*analyze.Check) {
	for _, c := range v.Checks {
		if verify.Owns(c.Code) {
			out = append(out, c)
		}
	}
	return out
}
