package amend

// Change is a part of the file that is another one now: its bytes from Start to End are
// Text. Parts are whole documents.
type Change struct {
	Start, End int
	Text       []byte
}

// Changes are what became of the file that New was given, in order; nil for nothing. A
// document that no edit was about is in none of them.
func (t *Text) Changes() []Change {
	there := map[*document]bool{}
	for _, d := range t.docs {
		there[d] = true
	}
	c := changes{at: len(t.mark)}
	next := 0
	for _, d := range t.was {
		if !there[d] {
			c.goes(len(d.b))
			continue
		}
		for ; t.docs[next] != d; next++ {
			c.comes(t.docs[next].b)
		}
		next++
		c.stays(len(d.b))
	}
	for ; next < len(t.docs); next++ {
		c.comes(t.docs[next].b)
	}
	return c.list
}

// changes are Changes in the making, and how far the old text is read.
type changes struct {
	list []Change
	at   int
	open bool
}

// last is the change that is being told.
func (c *changes) last() *Change {
	if !c.open {
		c.list, c.open = append(c.list, Change{Start: c.at, End: c.at}), true
	}
	return &c.list[len(c.list)-1]
}

func (c *changes) goes(n int) {
	c.last().End += n
	c.at += n
}

func (c *changes) comes(text []byte) {
	last := c.last()
	last.Text = append(last.Text, text...)
}

func (c *changes) stays(n int) {
	c.at += n
	c.open = false
}
