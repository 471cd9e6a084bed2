package mesh

// Derived is what a room above finds of the mesh: it is found when somebody asks first, and
// kept as long as the mesh. The key is a value of the room's own type; find gets the mesh and
// must depend on nothing else.
func (m *Mesh) Derived(key any, find func(*Mesh) any) any {
	return m.derived.Of(key, func() any { return find(m) })
}
