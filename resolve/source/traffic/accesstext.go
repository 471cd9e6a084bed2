package traffic

import (
	"strings"
	"time"
)

// parseText reads a line in Istio's default text format, of any version since 1.3. Both
// ends of it hold still; what clients wrote stands between, in quotes that nobody
// escapes, and is not looked at.
func parseText(text string) (l accessLine, ok bool) {
	stamp, rest, _ := strings.Cut(strings.TrimPrefix(text, "["), `] "`)
	if l.start, ok = parseTime(stamp); !ok {
		return l, false
	}
	tail := strings.LastIndexByte(rest, '"')
	fields := strings.Fields(rest[tail+1:])
	if tail < 0 || len(fields) < 5 || len(fields) > 6 { // the name of the route is the sixth
		return l, false
	}
	l.cluster, l.upstreamLocal, l.local, l.remote, l.serverName = fields[0], fields[1], fields[2], fields[3], fields[4]
	head, host, ok := cutLast(rest[:tail], '"')
	l.upstreamHost = host
	return l, ok && l.head(head) && l.usable()
}

// usable reports a line that names both ends of the connection.
func (l *accessLine) usable() bool {
	_, remote := addressPort(l.remote)
	_, local := addressPort(l.local)
	return remote && local
}

// head reads from the request on: METHOD PATH PROTOCOL" CODE FLAGS DETAILS... RECEIVED
// SENT DURATION UPSTREAM-TIME "FORWARDED-FOR".
func (l *accessLine) head(text string) bool {
	end := requestEnd(text)
	if end < 0 {
		return false
	}
	_, l.protocol, _ = cutLast(text[:end], ' ')
	words := strings.Split(text[end+2:], " ")
	if len(words) < 5 {
		return false
	}
	l.flags = words[1]
	for i := 2; i+2 < len(words); i++ {
		if isNumber(words[i]) && isNumber(words[i+1]) && (isNumber(words[i+2]) || words[i+2] == "-") {
			l.details = strings.Join(words[2:i], " ")
			_, after, _ := strings.Cut(strings.Join(words[i+3:], " "), `"`)
			l.forwardedFor, _, _ = strings.Cut(after, `"`)
			return true
		}
	}
	return false
}

// requestEnd is where the quote stands that ends the request, the first with a status
// code behind it; -1 for none.
func requestEnd(text string) int {
	for at := 0; ; {
		i := strings.Index(text[at:], `" `)
		if i < 0 {
			return -1
		}
		at += i
		if code, _, ok := strings.Cut(text[at+2:], " "); ok && isNumber(code) {
			return at
		}
		at += 2
	}
}

func isNumber(word string) bool { return word != "" && strings.Trim(word, "0123456789") == "" }

// cutLast cuts around the last of a byte.
func cutLast(text string, around byte) (before, after string, ok bool) {
	i := strings.LastIndexByte(text, around)
	if i < 0 {
		return "", text, false
	}
	return text[:i], text[i+1:], true
}

// parseTime reads a time as Envoy writes it. A year that no record can hold is none.
func parseTime(text string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, text)
	return t.UTC(), err == nil && t.Year() > 0 && t.UTC().Year() > 0 && t.UTC().Year() < 9999
}
