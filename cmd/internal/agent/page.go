package agent

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Most bytes of one answer: what a model can read at once.
const Most = 200_000

// beside is how many bytes of a list stay that is not the one with pages.
const beside = 20_000

// Page says which part of a list an answer has.
type Page struct {
	// List is the list that is divided, From the number of its first item here, counted from 0, Of how
	// many items there are in all.
	List string `json:"list"`
	From int    `json:"from"`
	Of   int    `json:"of"`
	// Number is the page, counted from 1, Pages how many there are.
	Number int `json:"page"`
	Pages  int `json:"pages"`
	// Cut are other lists of which only the first items are here.
	Cut []string `json:"cut,omitempty"`
}

// portion is the page of an answer that is too long for one: its longest list, piece by piece. The Page
// is nil where all of it fits. It fails where there is no such page, or no list to divide.
func portion(answer []byte, number int) ([]byte, *Page, error) {
	number = max(number, 1)
	if len(answer) <= Most && number == 1 {
		return answer, nil, nil
	}
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(answer, &whole); err != nil {
		return nil, nil, fmt.Errorf("the answer has %d bytes and cannot be divided: ask about one namespace or one name", len(answer))
	}
	lists := map[string][]json.RawMessage{}
	longest := ""
	for _, key := range slices.Sorted(maps.Keys(whole)) {
		var items []json.RawMessage
		if json.Unmarshal(whole[key], &items) != nil || items == nil {
			continue
		}
		if lists[key] = items; longest == "" || len(whole[key]) > len(whole[longest]) {
			longest = key
		}
	}
	if longest == "" {
		return nil, nil, fmt.Errorf("the answer has %d bytes and cannot be divided: ask about one namespace or one name", len(answer))
	}
	p := &Page{List: longest, Of: len(lists[longest]), Number: number}
	rest := 0
	for _, key := range slices.Sorted(maps.Keys(whole)) {
		if items := lists[key]; key != longest && len(whole[key]) > beside && items != nil {
			whole[key] = joined(firstOf(items, beside))
			p.Cut = append(p.Cut, key)
		}
		if key != longest {
			rest += len(whole[key]) + len(key)
		}
	}
	pages := divided(lists[longest], Most-rest)
	if p.Pages = len(pages); number > p.Pages {
		return nil, nil, fmt.Errorf("there is no page %d: the answer has %d", number, p.Pages)
	}
	for _, before := range pages[:number-1] {
		p.From += len(before)
	}
	whole[longest] = joined(pages[number-1])
	out, err := readable(whole)
	return out, p, err
}

// readable is a value as JSON, with the signs that JSON escapes for pages of a browser as they are.
func readable(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// divided are the items in pages of at most so many bytes. An item that is longer than a page is told by
// its length.
func divided(items []json.RawMessage, most int) [][]json.RawMessage {
	most = max(most, beside)
	pages, size := [][]json.RawMessage{nil}, 0
	for _, item := range items {
		if len(item) > most {
			item = json.RawMessage(fmt.Sprintf(`{"tooLong":%d}`, len(item)))
		}
		if size += len(item) + 1; size > most {
			pages, size = append(pages, nil), len(item)+1
		}
		pages[len(pages)-1] = append(pages[len(pages)-1], item)
	}
	return pages
}

// firstOf are as many items as fit.
func firstOf(items []json.RawMessage, most int) []json.RawMessage { return divided(items, most)[0] }

func joined(items []json.RawMessage) json.RawMessage {
	return slices.Concat([]byte("["), bytes.Join(asBytes(items), []byte(",")), []byte("]"))
}

func asBytes(items []json.RawMessage) [][]byte {
	out := make([][]byte, len(items))
	for i, item := range items {
		out[i] = item
	}
	return out
}

// escaped writes what nobody sees, or what turns the direction of a text, as JSON's own escapes: names
// come from whoever may write an object.
func escaped(text []byte) string {
	var b strings.Builder
	for _, r := range string(text) {
		switch {
		case r == '\n' || r == '\t' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
