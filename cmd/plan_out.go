package cmd

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan/runbook"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
)

// startPage is the file of a plan's folder with which a person begins.
const startPage = "README.md"

// writePlan writes the plan to the folder of --out: the runbook, and for every wave its
// manifests and those that take it back. The folders of waves that are applied stay.
func (o *migrateOptions) writePlan(folder *planFolder, view render.Plan) error {
	if folder == nil {
		return nil
	}
	markdown, err := format.Parse("markdown")
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := format.Write(&page, markdown, view, format.Options{Program: o.streams.Name}); err != nil {
		return err
	}
	files := map[string][]byte{startPage: page.Bytes()}
	p := view.Plan
	for i := range p.Waves {
		dir := runbook.Folder(&p.Waves[i]) + "/"
		for _, m := range view.Files[i].Forth {
			files[dir+m.Verb.File()] = []byte(m.Text)
		}
		for _, m := range view.Files[i].Back {
			files[dir+"rollback/"+m.Verb.File()] = []byte(m.Text)
		}
	}
	if err := folder.replace(p.ID, files, applied(folder, p)); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	console.Note(o.streams, "wrote %s: %s, %s", folder.dir, console.Plural(len(p.Waves), "wave"), console.Plural(len(files), "file"))
	return nil
}

// applied reports files of waves that the input has: their way back is still of use.
func applied(folder *planFolder, p *plan.Plan) func(name string) bool {
	prefixes := map[string]bool{}
	for _, a := range p.Applied {
		if a.Plan == folder.was.Plan {
			prefixes[fmt.Sprintf("%02d", a.Wave)] = true
		}
	}
	return func(name string) bool {
		number, _, _ := strings.Cut(name, "-")
		return prefixes[number]
	}
}
