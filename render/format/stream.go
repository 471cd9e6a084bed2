package format

import (
	"bytes"
	"io"
	"strings"
)

// Streamed is a View whose list may be too long to hold: a million connections
// are written without a million in memory.
type Streamed interface {
	View
	// Head is Data with an empty list items, the last of its keys that is a list or an
	// object.
	Head() any
	// Items yields what the list holds, each as compact JSON that is good until
	// the next.
	Items(yield func(compact []byte) bool) error
}

// streamer is a Format that can write items one by one.
type streamer interface {
	// open writes the head up to the first item, item one of them, shut the rest: tail is an
	// object with the keys behind the items.
	open(b *bytes.Buffer, head []byte)
	item(b *bytes.Buffer, compact []byte, first bool)
	shut(b *bytes.Buffer, empty bool, tail []byte)
}

// chunk is how much is gathered before it is written.
const chunk = 64 << 10

// stream writes a report as it comes. A write that fails ends it.
func stream(w io.Writer, f streamer, v Streamed) error {
	head, err := Compact(v.Head())
	if err != nil {
		return err
	}
	const items = `"items":[]`
	end := bytes.LastIndex(head, []byte(items)) + len(items)
	tail := []byte("{" + strings.TrimPrefix(string(head[end:]), ","))
	var b bytes.Buffer
	f.open(&b, append(bytes.Clone(head[:end]), '}'))
	first, failed := true, error(nil)
	err = v.Items(func(compact []byte) bool {
		f.item(&b, compact, first)
		first = false
		if b.Len() > chunk {
			_, failed = b.WriteTo(w)
		}
		return failed == nil
	})
	switch {
	case failed != nil:
		return failed
	case err != nil:
		return err
	}
	f.shut(&b, first, tail)
	_, err = b.WriteTo(w)
	return err
}
