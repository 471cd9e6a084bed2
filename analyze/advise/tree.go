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
		ID: "migrating", Short: "Migrating to the mesh?", Text: "can all clients that are outside the mesh join it?",
		Next: [3]string{No: "special", Yes: "migrate", Unknown: "settle"},
	},
	{
		ID: "special", Short: "Special requirements of the port?", Text: "do clients outside the mesh need only this port: a probe, a scrape, a webhook, an admin port?",
		Next: [3]string{No: "legacy", Yes: "port", Unknown: "settle"},
	},
	{
		ID: "legacy", Short: "Legacy system?", Text: "can the server never use mTLS: no sidecar possible, a protocol in which the server sends first, its own TLS?",
		Next: [3]string{No: "open", Yes: "disable", Unknown: "settle"},
	},
}

// Leaves are the tree's.
var Leaves = []Leaf{
	{"strict", resolve.Strict, "STRICT", "STRICT: no known plaintext client"},
	{"migrate", resolve.Permissive, "PERMISSIVE, until all clients are in the mesh", "PERMISSIVE for now: STRICT once the clients outside the mesh have a sidecar"},
	{"port", resolve.Permissive, "STRICT, this port PERMISSIVE", "STRICT for the workload, with this port as an exception"},
	{"disable", resolve.Disable, "DISABLE, as an exception", "exclude this port from mTLS, as a documented exception"},
	{"open", resolve.Permissive, "PERMISSIVE, better behind a gateway", "PERMISSIVE: clients outside the mesh need it; with a gateway in front the port can be STRICT"},
	{"settle", resolve.Permissive, "PERMISSIVE, until the open question is settled", "PERMISSIVE until the open question is settled"},
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
