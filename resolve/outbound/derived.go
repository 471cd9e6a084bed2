package outbound

import "sync"

// Derived is what a room above finds of the side: it is found when somebody asks first, and
// kept as long as the side. The key is a value of the room's own type; find gets the side and
// must depend on nothing else.
func (side *Side) Derived(key any, find func(*Side) any) any {
	slot, _ := side.derived.LoadOrStore(key, &finding{})
	f := slot.(*finding)
	f.once.Do(func() { f.found = find(side) })
	return f.found
}

// finding is one thing that is found once.
type finding struct {
	once  sync.Once
	found any
}

// Derived is what a room above finds of the call, when somebody asks first. One goroutine at
// a time may ask.
func (c *Call) Derived(find func() any) any {
	if c.derived == nil {
		c.derived = find()
	}
	return c.derived
}
