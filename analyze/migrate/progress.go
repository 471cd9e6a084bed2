package migrate

import "time"

// Progress is a score of one day, kept so that a trend can be seen.
type Progress struct {
	Time time.Time `json:"time"`
	// Scope names what it is the score of: the input, and the namespace.
	Scope string `json:"scope"`
	Ports int    `json:"ports"`
	// ByStatus are counts of ports by Status.String.
	ByStatus map[string]int `json:"byStatus"`
	Score    float64        `json:"score"`
}

// ProgressOf is a roll-up as progress.
func ProgressOf(r Rollup, scope string, now time.Time) Progress {
	p := Progress{Time: now.UTC().Truncate(time.Second), Scope: scope, Ports: r.Ports, ByStatus: map[string]int{}, Score: r.Score()}
	for _, s := range Statuses() {
		p.ByStatus[s.String()] = r.ByStatus[s]
	}
	return p
}
