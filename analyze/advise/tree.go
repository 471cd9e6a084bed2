package advise

import "github.com/mtlsctl/mtlsctl/resolve"

// Answer is what a question comes to. The zero value is Unknown.
type Answer uint8

// The answers.
const (
	Unknown Answer = iota
	No
	Yes
)

// String is "yes", "no" or "unknown".
func (a Answer) String() string { return [...]string{"unknown", "no", "yes"}[a] }

// Question is an inner node of the tree.
type Question struct {
	// ID is stable, for machines: "in-mesh".
	ID string
	// Short is how the picture has it, Text how people are asked about a port.
	Short, Text string
	// Next are the IDs of what follows each answer, by Answer.
	Next [3]string
}

// Leaf is where a path ends.
type Leaf struct {
	// ID is stable, for machines: "strict".
	ID string
	// Mode is the one that fits.
	Mode resolve.Mode
	// Short is how the picture has it, Text the recommendation in a sentence.
	Short, Text string
}

// Root is the ID of the first question.
const Root = "in-mesh"

// Questions are the tree's, in the order in which they are asked.
var Questions = []Question{
	{
		ID: "in-mesh", Short: "Server and all clients in the mesh?", Text: "are the server and all of its clients in the mesh?",
		Next: [3]string{No: "migrating", Yes: "strict", Unknown: "settle"},
	},
	{
		ID: "migrating", Short: "Migrating to the mesh?", Text: "can everybody who is outside come into the mesh?",
		Next: [3]string{No: "special", Yes: "migrate", Unknown: "settle"},
	},
	{
		ID: "special", Short: "Special requirements of the port?", Text: "is it only this port that somebody outside needs: a probe, a scrape, a webhook, an admin port?",
		Next: [3]string{No: "legacy", Yes: "port", Unknown: "settle"},
	},
	{
		ID: "legacy", Short: "Legacy system?", Text: "is the server one that cannot take part in mTLS: without a sidecar for good, server-first protocol, TLS of its own?",
		Next: [3]string{No: "open", Yes: "disable", Unknown: "settle"},
	},
}

// Leaves are the tree's.
var Leaves = []Leaf{
	{"strict", resolve.Strict, "STRICT", "STRICT: nobody is known who would be locked out"},
	{"migrate", resolve.Permissive, "PERMISSIVE, until they are in", "PERMISSIVE for now: STRICT once those outside have a sidecar"},
	{"port", resolve.Permissive, "STRICT, this port PERMISSIVE", "STRICT for the workload, with this port as an exception"},
	{"disable", resolve.Disable, "DISABLE, as an exception", "leave this port out of mTLS, as a documented exception"},
	{"open", resolve.Permissive, "PERMISSIVE, behind a gateway better", "PERMISSIVE: clients outside of the mesh need it; a gateway in front would let it be STRICT"},
	{"settle", resolve.Permissive, "PERMISSIVE, until it is known", "PERMISSIVE until the open question is settled"},
}

// QuestionByID finds a question, nil for a leaf.
func QuestionByID(id string) *Question {
	for i := range Questions {
		if Questions[i].ID == id {
			return &Questions[i]
		}
	}
	return nil
}

// LeafByID finds a leaf, nil for a question.
func LeafByID(id string) *Leaf {
	for i := range Leaves {
		if Leaves[i].ID == id {
			return &Leaves[i]
		}
	}
	return nil
}
