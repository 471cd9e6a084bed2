package advise

// Step is one question on the path, and what it was answered with.
type Step struct {
	Question *Question
	Answer   Answer
	// Because is the evidence behind the answer, never empty.
	Because []Reason
}

// Path is the way through the tree to a leaf.
type Path struct {
	Steps []Step
	Leaf  *Leaf
}

// questions answers each question of the tree about one port.
type questions map[string]func() (Answer, []Reason)

// walk follows the answers from the root to a leaf.
func walk(ask questions) Path {
	var p Path
	for id := Root; ; {
		q := QuestionByID(id)
		if q == nil {
			p.Leaf = LeafByID(id)
			return p
		}
		answer, because := ask[id]()
		p.Steps = append(p.Steps, Step{q, answer, because})
		id = q.Next[answer]
	}
}
