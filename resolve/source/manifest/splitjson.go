package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode"
	"unicode/utf8"

	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// guessed is how many bytes kubectl looks at to tell JSON from YAML.
const guessed = 4096

// splitJSON cuts the JSON values off that a text begins with. The rest is YAML: all of a
// text that is no JSON. kubectl changes over after one value at most; where it gives up
// after more, the rest is refused.
func splitJSON(file string, data []byte) (docs []Document, rest Document) {
	rest = newDocument(file, 1, data)
	if !kubeyaml.IsJSONBuffer(data[:min(len(data), guessed)]) {
		return nil, rest
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	at, line := 0, 1
	for {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return docs, newDocument(file, line, nil)
		}
		if err != nil {
			rest = newDocument(file, line, data[at:])
			if len(docs) > 1 || !rest.changesOver() {
				rest.refused = "not valid JSON: " + err.Error()
			}
			return docs, rest
		}
		end := int(dec.InputOffset())
		piece := data[at:end]
		blank := len(piece) - len(raw)
		line += bytes.Count(piece[:blank], newline)
		one := newDocument(file, line, piece[blank:])
		one.JSON = true
		docs = append(docs, one)
		line += bytes.Count(piece[blank:], newline)
		at = end
	}
}

// changesOver takes the white space off that kubectl takes off before it reads YAML
// where JSON ended, up to the end of the line. It reads four bytes at a time, and does
// not change over when there are fewer.
func (d *Document) changesOver() bool {
	for len(d.Data) >= utf8.UTFMax {
		r, size := utf8.DecodeRune(d.Data)
		switch {
		case r == utf8.RuneError:
			return false
		case !unicode.IsSpace(r):
			return true
		}
		d.Data = d.Data[size:]
		if r == '\n' {
			d.Line, d.above = d.Line+1, d.above+1
			return true
		}
	}
	return false
}
