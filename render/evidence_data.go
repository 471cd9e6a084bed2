package render

import (
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// evidenceOf is null where no evidence was given.
func (v Connections) evidenceOf(known calls.Known) *wire.ConnectionEvidence {
	if v.Calls.Evidence == nil {
		return nil
	}
	seen := known.Observed
	return &wire.ConnectionEvidence{MTLS: sightOf(seen.MTLS), Plaintext: sightOf(seen.Plaintext), Unknown: sightOf(seen.Unknown), Covered: known.Covered}
}

// declaredOf is never null.
func declaredOf(all []*declared.Call) []wire.Declared {
	list := make([]wire.Declared, 0, len(all))
	for _, d := range all {
		list = append(list, wire.Declared{Says: d.Says, By: refOf(d.By), Field: string(d.Field), Position: positionOf(d.Position())})
	}
	return list
}

func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func sightOf(s evidence.Sight) wire.ConnectionSight {
	if s.Last.IsZero() {
		return wire.ConnectionSight{Count: s.Count}
	}
	return wire.ConnectionSight{Count: s.Count, LastSeen: s.Last.UTC().Format(time.RFC3339)}
}
