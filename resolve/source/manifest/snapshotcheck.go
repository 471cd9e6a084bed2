package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// SnapshotError is a snapshot that is not what mtlsctl wrote.
type SnapshotError struct {
	File, Problem, Hint string
}

// Error implements error.
func (e *SnapshotError) Error() string { return e.File + ": " + e.Problem }

var digestLine = regexp.MustCompile(`(?m)^  digest: .*\n`)

// DigestOf is that of the text of a snapshot, but for the line that holds it.
func DigestOf(text []byte) string {
	if line := digestLine.FindIndex(text[:len(text)-len(belowHead(text))]); line != nil {
		text = slices.Concat(text[:line[0]], text[line[1]:])
	}
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// HeadOfSnapshot is the first document of a text, where it is that of a snapshot.
func HeadOfSnapshot(docs []Document) (d Document, ok bool) {
	i := slices.IndexFunc(docs, func(d Document) bool { return !d.blank() })
	if i < 0 || docs[i].item != nil || !bytes.Contains(docs[i].Data, []byte("Snapshot")) {
		return Document{}, false
	}
	top, err := docs[i].Parse()
	if err != nil || top == nil {
		return Document{}, false
	}
	h := headOf(top)
	return docs[i], h.Kind == "Snapshot" && h.Group() == snapshotGroup
}

// AmongOthers says that a snapshot is none where it stands: its objects would pass for those
// of a cluster.
func (b *Batch) AmongOthers(d Document) {
	b.skip("Snapshot")
	b.Problems = append(b.Problems, resolve.Problem{
		Position: resolve.Position{File: d.file, Line: d.Line}, Message: "a snapshot among other files is not read: its objects are those of a cluster",
		Hint: "name its file with -f; the head of a snapshot is the first document of its file",
	})
}

// CheckSnapshot fails where a snapshot was cut, or changed after it was taken, and names
// what is missing. One of old, without a digest, may be anything.
func CheckSnapshot(name string, data []byte, first Document) error {
	top, syntax := first.Parse()
	if syntax != nil || top == nil {
		return nil // it is told of the document
	}
	var spec struct {
		Objects map[string]int `json:"objects"`
		Digest  string         `json:"digest"`
	}
	text, err := json.Marshal((&decoder{doc: first}).plain(Child(top, "spec")))
	if err != nil || json.Unmarshal(text, &spec) != nil || spec.Digest == "" {
		return nil
	}
	data = bytes.ReplaceAll(plainUTF8(data), []byte("\r\n"), newline)
	if DigestOf(data) == spec.Digest {
		return nil
	}
	e := &SnapshotError{File: name, Problem: "the snapshot was changed after it was taken: its text is not that of its digest",
		Hint: "take it again with mtlsctl snapshot; without spec.digest it is read as it stands"}
	if missing := lacking(spec.Objects, belowHead(data)); missing != "" {
		e.Problem = "the snapshot is not whole: it lacks " + missing
		e.Hint = "copy it again, or take it again with mtlsctl snapshot"
	}
	return e
}

// belowHead is the text of a snapshot below its first document.
func belowHead(data []byte) []byte {
	const cut = "\n---\n"
	head := bytes.Index(data, []byte("kind: Snapshot"))
	if head < 0 {
		return nil
	}
	if i := bytes.Index(data[head:], []byte(cut)); i >= 0 {
		return data[head+i+1:]
	}
	return nil
}

// lacking says which documents of those that a snapshot had are not there any more.
func lacking(had map[string]int, text []byte) string {
	has := map[string]int{}
	for _, d := range bytes.Split(append([]byte("\n"), text...), []byte("\n---\n")) {
		has[DocumentKind(d)]++
	}
	var out []string
	for _, kind := range slices.Sorted(maps.Keys(had)) {
		if n := had[kind] - has[kind]; n > 0 {
			out = append(out, fmt.Sprintf("%d of %d %s", n, had[kind], kind))
		}
	}
	if len(out) == 0 && len(text) == 0 && len(had) > 0 {
		return "all documents"
	}
	return strings.Join(out, ", ")
}

// DocumentKind is the kind of a document of a snapshot with its group: "pods" are
// "Pod", "sidecars.networking.istio.io" are "Sidecar.networking.istio.io".
func DocumentKind(text []byte) string {
	var h Head
	for line := range bytes.Lines(text) {
		if v, ok := bytes.CutPrefix(line, []byte("apiVersion: ")); ok {
			h.APIVersion = string(bytes.TrimSpace(v))
		}
		if v, ok := bytes.CutPrefix(line, []byte("kind: ")); ok {
			h.Kind = string(bytes.TrimSpace(v))
		}
	}
	return strings.TrimSuffix(h.Kind+"."+h.Group(), ".")
}
