package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// dash stands for "there is none".
const dash = "-"

// workloadText names a workload, and which of its pods where they differ.
func workloadText(l Line) string {
	w := l.Workload
	if w.Variant == 0 {
		return w.Short()
	}
	return fmt.Sprintf("%s (%d of %s)", w.Short(), w.Pods, count(w.PodsOf, "pod"))
}

// modeCell is the mode as tables show it: STRICT, or STRICT? when nobody can
// tell whether a proxy serves it.
func modeCell(l Line) format.Cell {
	d := l.Decision()
	if d.Mode == resolve.Unknown && d.IfMeshed != resolve.Unset {
		return format.Cell{Text: d.IfMeshed.String() + "?", Tone: format.Attention}
	}
	return format.Cell{Text: d.Mode.String(), Tone: modeTone(d.Mode)}
}

// modeNamed is that of a report that was read back.
func modeNamed(mode, ifMeshed string) format.Cell {
	if mode == resolve.Unknown.String() && ifMeshed != "" {
		return format.Cell{Text: ifMeshed + "?", Tone: format.Attention}
	}
	return format.Cell{Text: mode, Tone: modeTones[mode]}
}

// modeTones are those of the modes that are not plain.
var modeTones = map[string]format.Tone{
	resolve.Strict.String(): format.Good, resolve.Permissive.String(): format.Attention, resolve.Unknown.String(): format.Attention,
	resolve.Disable.String(): format.Warning, resolve.None.String(): format.Warning,
}

func modeTone(m resolve.Mode) format.Tone { return modeTones[m.String()] }

// portText is the number of a line's port, "*" for any other.
func portText(l Line) string {
	if l.Port == nil {
		return "*"
	}
	return strconv.Itoa(int(l.Port.Number))
}

func portName(l Line) string {
	if l.Port == nil {
		return ""
	}
	return l.Port.Name
}

// serviceText names the service ports that lead to a port, the first ones when
// there are many.
func serviceText(l Line) string {
	if l.Port == nil || len(l.Port.Services) == 0 {
		return ""
	}
	const most = 2
	var parts []string
	for i, s := range l.Port.Services {
		if i == most {
			parts = append(parts, fmt.Sprintf("+%d", len(l.Port.Services)-most))
			break
		}
		parts = append(parts, s.Name+":"+strconv.Itoa(int(s.Port)))
	}
	return strings.Join(parts, ",")
}

func protocolText(l Line) string {
	if l.Port == nil {
		return ""
	}
	return string(l.Port.Protocol)
}

// decidedBy is the short form of a decision for tables: the scope and the
// object, or the reason where no policy decided.
func decidedBy(d *resolve.Decision) format.Cell {
	switch {
	case !byObject(d):
		return format.Cell{Text: words.Brief(d.Why), Prose: true}
	case d.Scope == resolve.ScopeListener:
		return format.Cell{Text: d.By.String()}
	default:
		return format.Cell{Text: d.Scope.String() + " " + d.By.Path()}
	}
}

// otherInAmbient reports a mode that is not the one of the object that decided.
func otherInAmbient(c resolve.Cause) bool {
	switch c {
	case resolve.CauseAmbientNoException, resolve.CauseAmbientMeshCounts, resolve.CauseAmbientPolicyLost, resolve.CauseAmbientNotOff, resolve.CauseAmbientConvertedEarly:
		return true
	}
	return false
}

// byObject reports a decision that some policy or listener took; where the
// dataplane itself decides, words say more than the object that holds the label.
func byObject(d *resolve.Decision) bool {
	return !d.By.IsZero() && d.Scope != resolve.ScopeDataplane
}

// resourceName names an object so that describe finds it again.
func resourceName(r resolve.Ref) string {
	name := strings.ToLower(r.Kind.Word()) + "/" + r.Name
	if r.Namespace != "" {
		name += "." + r.Namespace
	}
	return name
}
