package render

import (
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// ConnectionEvidence is what was seen of the calls of one client to one host:
// to the port of the call where the source knows ports, as access logs do, else to any.
type ConnectionEvidence struct {
	MTLS      ConnectionSight `json:"mtls"`
	Plaintext ConnectionSight `json:"plaintext"`
	Unknown   ConnectionSight `json:"unknown"`
}

// ConnectionSight is how often something was seen, and a time at or after the last of
// it: "" for never.
type ConnectionSight struct {
	Count    float64 `json:"count"`
	LastSeen string  `json:"lastSeen"`
}

// evidenceOf is null where no evidence was given.
func (v Connections) evidenceOf(w *resolve.Workload, h *resolve.Host, port int32) *ConnectionEvidence {
	if v.Evidence == nil {
		return nil
	}
	seen := v.Evidence.OfPort(w.Peer(), h, port)
	return &ConnectionEvidence{sightOf(seen.MTLS), sightOf(seen.Plaintext), sightOf(seen.Unknown)}
}

// encodedEvidence is that as compact JSON.
func (v Connections) encodedEvidence(w *resolve.Workload, h *resolve.Host, port int32) ([]byte, error) {
	if v.Evidence == nil {
		return []byte("null"), nil
	}
	return compactJSON(v.evidenceOf(w, h, port))
}

// Declared is one place where configuration speaks of a call.
type Declared struct {
	// Says is what speaks of it: "env PAY_URL of container web".
	Says     string   `json:"says"`
	By       Ref      `json:"by"`
	Field    string   `json:"field"`
	Position Position `json:"position"`
}

// declaredOf is never null.
func declaredOf(all []*declared.Call) []Declared {
	list := make([]Declared, 0, len(all))
	for _, d := range all {
		list = append(list, Declared{d.Says, refOf(d.By), string(d.Field), positionOf(d.Position())})
	}
	return list
}

// encoded is that as compact JSON.
func (d *spokenOf) encoded(w *resolve.Workload, h *resolve.Host, port int32) ([]byte, error) {
	all := d.ofOne(w, h, port)
	if len(all) == 0 {
		return []byte("[]"), nil
	}
	return compactJSON(declaredOf(all))
}

func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func sightOf(s evidence.Sight) ConnectionSight {
	if s.Last.IsZero() {
		return ConnectionSight{Count: s.Count}
	}
	return ConnectionSight{s.Count, s.Last.UTC().Format(time.RFC3339)}
}
