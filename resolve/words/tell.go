package words

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// style is how much of a sentence is told.
type style uint8

const (
	whole style = iota
	brief
	former
)

// tell fills the values of a reason into the sentence of its cause.
func tell(r resolve.Reason, s style) string {
	text := table[r.Cause].sentence
	if s == former {
		text = cmp.Or(formerly[r.Cause], text)
	}
	if !strings.ContainsAny(text, "{<>") {
		return text // nothing to fill in: most sentences of a mesh
	}
	var b strings.Builder
	b.Grow(len(text) + 48)
	d := r.Details()
	for text != "" {
		i := strings.IndexAny(text, "{<>")
		if i < 0 {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		mark := text[i]
		text = text[i+1:]
		switch mark {
		case '<':
			if s == brief {
				_, text, _ = strings.Cut(text, ">")
			}
		case '{':
			name, rest, _ := strings.Cut(text, "}")
			b.WriteString(value(name, r, &d, s))
			text = rest
		}
	}
	return b.String()
}

// value is what stands for a name in braces.
func value(name string, r resolve.Reason, d *resolve.Details, s style) string {
	if read := plain[name]; read != nil {
		return read(r, *d) // by value: d would move to the heap
	}
	switch name {
	case "base":
		return tell(d.Base, s)
	case "beside":
		return tell(d.Beside, s)
	case "capable":
		return tell(cmp.Or(d.Base, resolve.Reason{Cause: resolve.CauseHasSidecar}), s)
	case "because":
		return after(": ", tell(d.Base, s))
	case "order":
		return after("; ", tell(d.Base, s))
	case "field":
		return field(d, s)
	case "key":
		return key(d, s)
	case "gateway":
		return gateway(r, d)
	}
	if kind, usual, _ := strings.Cut(name, ":"); kind == "end" {
		if s == former {
			return cmp.Or(formerEnds[r.Aspect], aspects[r.Aspect], usual)
		}
		return cmp.Or(aspects[r.Aspect], usual)
	}
	panic("words: no value " + name)
}

// plain are the values that are the same in every style.
var plain = map[string]func(resolve.Reason, resolve.Details) string{
	"by":         func(_ resolve.Reason, d resolve.Details) string { return d.By.String() },
	"by.path":    func(_ resolve.Reason, d resolve.Details) string { return d.By.Path() },
	"by.name":    func(_ resolve.Reason, d resolve.Details) string { return d.By.Name },
	"other":      func(_ resolve.Reason, d resolve.Details) string { return d.Other.String() },
	"other.path": func(_ resolve.Reason, d resolve.Details) string { return d.Other.Path() },
	"into":       func(_ resolve.Reason, d resolve.Details) string { return d.Other.Path() },
	"name":       func(_ resolve.Reason, d resolve.Details) string { return d.Name },
	"text":       func(_ resolve.Reason, d resolve.Details) string { return d.Text },
	"more":       func(_ resolve.Reason, d resolve.Details) string { return d.More },
	"named":      func(_ resolve.Reason, d resolve.Details) string { return strconv.Quote(d.Name) },
	"quoted":     func(_ resolve.Reason, d resolve.Details) string { return strconv.Quote(d.Text) },
	"gap":        gap,
	"symptom":    func(_ resolve.Reason, d resolve.Details) string { return Symptom(d.Symptom) },
	"n":          func(r resolve.Reason, _ resolve.Details) string { return strconv.Itoa(int(r.Number)) },
	"mode":       func(r resolve.Reason, _ resolve.Details) string { return r.Mode.String() },
	"meshed":     func(_ resolve.Reason, d resolve.Details) string { return d.IfMeshed.String() },
	"tls":        func(_ resolve.Reason, d resolve.Details) string { return d.TLS.String() },
	"plane":      func(_ resolve.Reason, d resolve.Details) string { return d.Dataplane.String() },
	"scope":      func(_ resolve.Reason, d resolve.Details) string { return d.Scope.String() },
	"inside":     func(_ resolve.Reason, d resolve.Details) string { return strings.TrimPrefix(string(d.Field), "spec.") },
	"secret":     func(_ resolve.Reason, d resolve.Details) string { return after(", credentialName ", d.More) },
	"kept":       func(r resolve.Reason, _ resolve.Details) string { return aspects[r.Aspect] },
	"dated":      func(r resolve.Reason, _ resolve.Details) string { return aspects[r.Aspect] },
	"place":      func(r resolve.Reason, d resolve.Details) string { return aspects[r.Aspect] + " " + d.Name },
	"has":        has,
	"through": func(_ resolve.Reason, d resolve.Details) string {
		return after(", through the east-west gateway of network ", d.Name)
	},
}

// aspects are the words of shades.
var aspects = map[resolve.Aspect]string{
	resolve.AspectOutside:          "an address outside the mesh",
	resolve.AspectChosen:           "the address that the application chose",
	resolve.AspectUncaptured:       "a port that is excluded from capture",
	resolve.AspectMeshServer:       "a Gateway server that accepts only the mesh's mTLS",
	resolve.AspectPlainServer:      "a Gateway server without TLS",
	resolve.AspectHeadless:         "a headless service",
	resolve.AspectNoResolution:     "resolution NONE",
	resolve.AspectBalancer:         "load balancer PASSTHROUGH",
	resolve.AspectUndated:          " (by name: the files have no timestamps; in a cluster the older rule comes first)",
	resolve.AspectSameAge:          " (by name: both were created in the same second)",
	resolve.AspectAssumed:          ", assumed to have an address outside the cluster,",
	resolve.AspectCaptured:         "a PERMISSIVE ambient port, which passes it on unopened",
	resolve.AspectClientNamespace:  "client namespace",
	resolve.AspectPrivateRoot:      "private rules of root namespace",
	resolve.AspectServiceNamespace: "service namespace",
	resolve.AspectRootNamespace:    "root namespace",
}

// field is the path of a field; a table leaves the spec away.
func field(d *resolve.Details, s style) string {
	if s == brief {
		return strings.TrimPrefix(string(d.Field), "spec.")
	}
	return string(d.Field)
}

// key is an annotation of Istio's; a table leaves its domain away.
func key(d *resolve.Details, s style) string {
	if s == brief {
		return strings.TrimPrefix(d.Name, resolve.CaptureDomain)
	}
	return d.Name
}

func gap(_ resolve.Reason, d resolve.Details) string {
	if d.Gap == nil {
		return ""
	}
	return d.Gap.String()
}

func has(r resolve.Reason, _ resolve.Details) string {
	if r.Aspect == resolve.AspectPrivateRoot {
		return "have"
	}
	return "has"
}

func gateway(r resolve.Reason, d *resolve.Details) string {
	of := "of "
	if d.By.Kind == resolve.KindService {
		of = ""
	}
	return fmt.Sprintf("the gateway %s%s%s", of, d.By, aspects[r.Aspect])
}

// after is a text with what comes before it, "" without the text.
func after(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}
