package outbound

import "sync"

// Derived keeps what rooms above find of something that does not change: each thing is found
// when somebody asks first, and kept as long. The zero value is empty. Safe for concurrent use.
type Derived struct{ byKey sync.Map }

// Of is what find finds. The key is a value of the asking room's own type; find must depend on
// nothing but what the value is kept of.
func (d *Derived) Of(key any, find func() any) any {
	slot, _ := d.byKey.LoadOrStore(key, &found{})
	f := slot.(*found)
	f.once.Do(func() { f.value = find() })
	return f.value
}

// found is one thing that is found once.
type found struct {
	once  sync.Once
	value any
}

// Derived is what a room above finds of the side, when somebody asks first.
func (side *Side) Derived(key any, find func(*Side) any) any {
	return side.derived.Of(key, func() any { return find(side) })
}

// Derived is what a room above finds of the call, when somebody asks first. One goroutine at
// a time may ask.
func (c *Call) Derived(find func() any) any {
	if c.derived == nil {
		c.derived = find()
	}
	return c.derived
}
