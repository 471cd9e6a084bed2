package input

import (
	"fmt"
	"strings"
	"sync"

	"github.com/schollz/progressbar/v3"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

// progress says on a terminal how far the lists of a cluster have come; piped, it
// says nothing.
type progress struct {
	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	name  string
	order []resolve.Kind
	at    map[resolve.Kind]cluster.Progress
}

func newProgress(s console.Streams, context string) *progress {
	return &progress{name: context, at: map[resolve.Kind]cluster.Progress{}, bar: console.Spinner(s)}
}

// show takes the news of one list; lists run side by side.
func (p *progress) show(news cluster.Progress) {
	if p.bar == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, known := p.at[news.Kind]; !known {
		p.order = append(p.order, news.Kind)
	}
	p.at[news.Kind] = news
	p.bar.Describe(p.text())
	_ = p.bar.Add(1) // a terminal that is gone is no reason to stop
}

// text names the lists that still run, and how much there is of all.
func (p *progress) text() string {
	var running []string
	objects, pages := 0, 0
	for _, kind := range p.order {
		at := p.at[kind]
		objects, pages = objects+at.Objects, pages+at.Pages
		if !at.Done && len(running) < 3 {
			running = append(running, console.Plural(at.Objects, kindNoun(kind)))
		}
	}
	text := fmt.Sprintf("reading %s: %s in %s", p.name, console.Plural(objects, "object"), console.Plural(pages, "page"))
	if len(running) > 0 {
		text += ", " + strings.Join(running, ", ")
	}
	return text
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
