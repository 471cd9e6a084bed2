package metrics

import (
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/overview"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Snapshot is what is known of a mesh at one time. Nobody changes one that was shown.
type Snapshot struct {
	Census   *overview.Census
	Findings []analyze.Finding
	// Exceptions are those of the project.
	Exceptions []project.Entry
	// Blind are the kinds that cannot be read now.
	Blind []Blind
	// Complete is when everything was read last, zero for never.
	Complete time.Time
	// Objects are how many are followed, Unusable those that could not be used.
	Objects, Unusable int
}

// Blind is a kind that cannot be read.
type Blind struct {
	Gap     resolve.Gap
	Since   time.Time
	Refused bool
}
