package mesh

import "sync"

// Derived is what a room above finds of the mesh: it is found when somebody asks first, and
// kept as long as the mesh. The key is a value of the room's own type; find gets the mesh and
// must depend on nothing else.
func (m *Mesh) Derived(key any, find func(*Mesh) any) any {
	slot, _ := m.derived.LoadOrStore(key, &derivation{})
	f := slot.(*derivation)
	f.once.Do(func() { f.found = find(m) })
	return f.found
}

// derivation is one thing that is found once.
type derivation struct {
	once  sync.Once
	found any
}
