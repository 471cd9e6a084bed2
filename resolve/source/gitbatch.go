package source

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// gitContent is what a file holds; data is nil for what is no file, and what says
// what it is instead: "tree", or why a link leads nowhere.
type gitContent struct {
	data []byte
	what string
}

// contents reads the files in one run of git. A link is followed within the
// revision.
func (g gitPath) contents(ctx context.Context, tree string, entries []gitEntry) ([]gitContent, error) {
	var questions strings.Builder
	for _, e := range entries {
		switch {
		case e.kind == "link" && strings.Contains(e.path, "\n"):
			fmt.Fprintln(&questions, tree+":") // no question can name it: a directory, which is not followed
		case e.kind == "link":
			fmt.Fprintln(&questions, tree+":"+e.path)
		default:
			fmt.Fprintln(&questions, e.object)
		}
	}
	out, err := git(ctx, questions.String(), "cat-file", "--batch", "--follow-symlinks")
	if err != nil {
		return nil, &GitError{Word: g.word, Reason: err.Error()}
	}
	rest := []byte(out)
	list := make([]gitContent, len(entries))
	for i := range entries {
		if list[i], rest, err = nextContent(rest); err != nil {
			return nil, &GitError{Word: g.word, Reason: "read " + entries[i].path + ": " + err.Error()}
		}
	}
	return list, nil
}

// nextContent takes one answer of git cat-file --batch off: "<object> <type> <size>",
// the bytes, a line feed; or "<word> <size>" with a text for a link that leads
// nowhere; or "<question> missing".
func nextContent(answers []byte) (c gitContent, rest []byte, err error) {
	head, rest, ok := bytes.Cut(answers, []byte("\n"))
	fields := strings.Fields(string(head))
	if !ok || len(fields) < 2 {
		return c, rest, errors.New("git stopped too early")
	}
	if fields[len(fields)-1] == "missing" {
		return gitContent{what: "missing"}, rest, nil
	}
	size, err := strconv.Atoi(fields[len(fields)-1])
	if err != nil || size < 0 || size >= len(rest) {
		return c, rest, errors.New("git stopped too early")
	}
	c.what = fields[0]
	if len(fields) == 3 {
		c.what = fields[1]
	}
	if c.what == "blob" {
		c.data = rest[:size:size]
	}
	return c, rest[size+1:], nil
}

// git runs one git command that only reads, and returns what it printed.
func git(ctx context.Context, stdin string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "git", args...)
	var out, problem bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(stdin), &out, &problem
	c.Env = append(os.Environ(), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0")
	err := c.Run()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return "", err
	case err != nil:
		line, _, _ := strings.Cut(strings.TrimSpace(problem.String()), "\n")
		return "", errors.New(cmp.Or(strings.TrimPrefix(line, "fatal: "), err.Error()))
	}
	return out.String(), nil
}
