package plan

import ("fmt";"os")

func init() { debugIntent = func(in *intent) {
	if os.Getenv("PLANDEBUG") == "" { return }
	for _, n := range in.names { x := in.spaces[n]; fmt.Fprintf(os.Stderr, "space %s mode %s inherits %s opens %t turns %t pinned %t\n", n, x.mode(), x.inherits, x.opens, x.turns, x.pinned)
	for _, u := range x.units { fmt.Fprintf(os.Stderr, "   %s %+v known %v\n", u.ref, *in.wants[u.ref], in.known[u.ref]) } }
}}
