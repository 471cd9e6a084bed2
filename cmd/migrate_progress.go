package cmd

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
)

// saveProgress appends the score to the file of --save-progress, a line of JSON each. A
// score of what is not whole would be none: covered says so.
func (o *migrateOptions) saveProgress(l *input.Loaded, all []migrate.Workload, covered error) error {
	if covered != nil {
		console.Say(o.streams, "note: the score is not saved: the answer is incomplete")
		return covered
	}
	mesh, _ := migrate.Roll(all)
	line, err := json.Marshal(migrate.ProgressOf(mesh, o.progressScope(l), o.streams.Now()))
	if err != nil {
		return err
	}
	before, err := readSmall(o.progress)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("save progress: %w", err)
	}
	if n := len(before); n > 0 && before[n-1] != '\n' {
		before = append(before, '\n')
	}
	if err := writeFile(o.progress, append(append(before, line...), '\n')); err != nil {
		return fmt.Errorf("save progress: %w", err)
	}
	return nil
}

// progressScope names what the score is of: scores of different things are no trend.
func (o *migrateOptions) progressScope(l *input.Loaded) string {
	scope := strings.Join(l.Flags.Paths(), ",")
	if l.Cluster != nil {
		scope = l.Cluster.Name
	}
	if len(l.Flags.Cluster.Contexts) > 0 {
		scope = strings.Join(l.Flags.Cluster.Contexts, ",")
	}
	if ns := l.Flags.ShownNamespace(); ns != "" {
		scope += " " + ns
	}
	return scope
}

func readProgress(file, scope string) ([]migrate.Progress, error) {
	text, err := readSmall(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read progress: %w", err)
	}
	var out []migrate.Progress
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var p migrate.Progress
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil || p.Time.IsZero() {
			return nil, &console.Failure{Code: console.ExitInput, Message: fmt.Sprintf("%s:%d: not a line of progress", file, n), Hints: []string{"--save-progress appends lines of JSON: check that the file is such a file"}}
		}
		if p.Scope == scope {
			out = append(out, p)
		}
	}
	return out, lines.Err()
}
