package resolve

// Delta is a change of one object of a mesh.
type Delta struct {
	// Cluster is where the object is, as Options.Cluster has it.
	Cluster string
	// Ref names the object.
	Ref Ref
	// Is is the object as it becomes, its zero value where it goes.
	Is Object
}

// Becomes is an object that comes, or takes the place of the one of its name.
func Becomes(o Object) Delta { return Delta{Ref: o.Ref(), Is: o} }

// Goes is an object that is deleted.
func Goes(ref Ref) Delta { return Delta{Ref: ref} }

func (d *Delta) Goes() bool { return d.Is.Value == nil }
