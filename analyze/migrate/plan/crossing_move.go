package plan

import (
	"github.com/mtlsctl/mtlsctl/resolve"
)

// enrol moves workloads until nobody more can: a server that moved may let its clients follow.
func (c *crossing) enrol() {
	for {
		before := len(c.crossed)
		c.enrolAll()
		if c.stopped || len(c.crossed) == before || len(c.harmed) == 0 {
			return
		}
		for ref := range c.harmed {
			delete(c.held, Target{ref, 0})
		}
		c.harmed = map[resolve.Ref]bool{}
	}
}

// enrolAll moves workloads namespace by namespace: a pod label restarts them without a sidecar.
func (c *crossing) enrolAll() {
	for _, x := range c.spaces {
		var steps []step
		for _, u := range c.movable(x) {
			steps = append(steps, c.enrolled(u, "ztunnel takes the place of its sidecar"))
		}
		for part := range chunks(steps, c.MaxWave) {
			if c.carry(Enrol, part, nil, c.refuse) {
				for _, ref := range c.waves[len(c.waves)-1].Joining {
					c.crossed[ref] = true
				}
			}
			if c.stopped {
				return
			}
		}
	}
}

// enrolled is the change that moves a workload.
func (c *crossing) enrolled(u *unit, why string) step {
	was, _ := c.state.mesh.Input(u.ref)
	is := clone(was)
	t := &is.Value.(*resolve.Controller).Template
	t.Labels = withEntry(withEntry(t.Labels, resolve.DataplaneModeLabel, "ambient"), resolve.InjectLabel, "false")
	return step{Change{How: Label, Was: was, Is: is, What: "pod labels " + resolve.DataplaneModeLabel + ": ambient and " + resolve.InjectLabel + ": \"false\", which restarts it", Why: why}, []resolve.Ref{u.ref}}
}

func (c *crossing) isAmbient(u *unit) bool {
	now := c.state.unit(u.ref)
	return now != nil && now.dataplane() == resolve.DataplaneAmbient
}
