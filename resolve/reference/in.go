package reference

import (
	"strings"
)

// In are the hosts that a text names, in the order in which it does. A name counts
// when its shape says that it is a host: in a URL, with a port, with the namespace or
// more of a Kubernetes name, or alone where the key says what it is. Whether there is
// such a host is for others to say. A dashboard of Grafana names hosts to draw them: it
// calls none.
func In(key, text string) []Reference {
	if isDashboard(text) {
		return nil
	}
	s := scanner{key: key, text: text}
	for s.at < len(s.text) {
		s.step()
	}
	return s.found
}

// isDashboard tells by two keys that every dashboard has, and hardly anything else.
func isDashboard(text string) bool {
	return strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") && strings.Contains(text, `"panels"`) && strings.Contains(text, `"schemaVersion"`)
}

// scanner reads a text once, from the left.
type scanner struct {
	key, text string
	at, line  int
	// property is the key that the line itself gives: "redis.host" of "redis.host=db".
	property string
	found    []Reference
}

// step reads one word, or one byte between words.
func (s *scanner) step() {
	at, c := s.at, s.text[s.at]
	switch {
	case c == '\n':
		s.line, s.property = s.line+1, ""
		s.at++
	case s.atComment():
		s.at += len(s.text[s.at:])
		if i := strings.IndexByte(s.text[at:], '\n'); i >= 0 {
			s.at = at + i
		}
	case strings.HasPrefix(s.text[s.at:], "://"):
		s.at += 3
		s.url(s.schemeBefore())
	case isHostByte(c):
		s.word()
	default:
		s.at++
	}
}

// atComment reports the beginning of a comment of a text of several lines: "#" first in a line, or
// between spaces; "//" or ";" first in a line.
func (s *scanner) atComment() bool {
	c := s.text[s.at]
	if c != '#' && c != '/' && c != ';' || !strings.Contains(s.text, "\n") {
		return false
	}
	line := s.text[strings.LastIndexByte(s.text[:s.at], '\n')+1 : s.at]
	first, rest := strings.Trim(line, " \t") == "", s.text[s.at+1:]
	switch c {
	case '#':
		return first || strings.HasSuffix(line, " ") && strings.HasPrefix(rest, " ")
	case '/':
		return first && strings.HasPrefix(rest, "/")
	}
	return first
}

// schemeBefore is the word that ends before "://", which has just been read.
func (s *scanner) schemeBefore() string {
	end := s.at - 3
	from := end
	for from > 0 && (isHostByte(s.text[from-1]) || s.text[from-1] == '+') {
		from--
	}
	scheme := strings.ToLower(s.text[from:end])
	if i := strings.IndexAny(scheme, "+-."); i >= 0 { // mongodb+srv, svn+ssh: the first says what it is
		scheme = scheme[:i]
	}
	return scheme
}

// url reads the authority of a URL: whoever logs in, then hosts, with ports, in a
// list of them.
func (s *scanner) url(scheme string) {
	if (scheme == "xds" || scheme == "dns") && strings.HasPrefix(s.text[s.at:], "/") {
		s.at++ // gRPC's names have an authority of their own, mostly none: xds:///pay.shop:80
	}
	length := strings.IndexAny(s.text[s.at:], "/?# \t\r\n\"'`<>\\|;)]}")
	if length < 0 {
		length = len(s.text) - s.at
	}
	authority, listed := s.text[s.at:s.at+length], false
	if strings.HasSuffix(authority, ":") && strings.HasPrefix(s.text[s.at+length:], "//") { // a list of URLs: here the next one begins
		authority, listed = authority[:max(strings.LastIndexByte(authority, ','), 0)], true
	}
	s.at += len(authority)
	for part := range strings.SplitSeq(authority[strings.LastIndexByte(authority, '@')+1:], ",") {
		host, port, ok := split(part)
		if !ok || scheme == "" {
			continue
		}
		if port == 0 {
			port = schemePorts[scheme]
		}
		s.add(scheme, host, port)
	}
	if !listed {
		s.path()
	}
}

// path skips what follows an authority, up to where another URL may begin.
func (s *scanner) path() {
	for s.at < len(s.text) && strings.IndexByte(" \t\r\n\"'`<>,;?&=", s.text[s.at]) < 0 {
		s.at++
	}
}

// word reads a name that is in no URL, with the port behind it.
func (s *scanner) word() {
	from := s.at
	for s.at < len(s.text) && (isHostByte(s.text[s.at]) || s.text[s.at] == '_') {
		s.at++
	}
	name, rest := s.text[from:s.at], s.text[s.at:]
	if strings.HasPrefix(rest, "://") {
		return // the scheme of a URL
	}
	port, digits := portAt(rest)
	s.at += digits
	switch {
	case from > 0 && strings.IndexByte("/$%\\", s.text[from-1]) >= 0:
		return // part of a path or a variable
	case digits == 0 && s.isProperty(rest):
		s.property = name
		return
	case !isHost(name):
		return
	case port != 0, qualified(name) && !follows(s.text, from, '@'), s.alone(from, name, rest):
		s.add("", name, port)
	}
}

// isProperty reports that the word just read is the name of what follows it.
func (s *scanner) isProperty(rest string) bool {
	rest = strings.TrimLeft(rest, " \"'")
	return strings.HasPrefix(rest, "=") || strings.HasPrefix(rest, ": ") || strings.HasPrefix(rest, ":\"")
}

// alone reports a name that is all that its key is given, or one of a list.
func (s *scanner) alone(from int, name, rest string) bool {
	key := s.property
	if key == "" {
		key = s.key
	}
	if !namesHost(key) {
		return false
	}
	before := strings.TrimRight(s.text[:from], " \t\"'")
	rest = strings.TrimLeft(rest, " \t\"'\r")
	begins := before == "" || strings.IndexByte("\n=:,", before[len(before)-1]) >= 0
	return begins && (rest == "" || rest[0] == '\n' || rest[0] == ',')
}

func (s *scanner) add(scheme, host string, port int32) {
	key := s.key
	if s.property != "" {
		key = s.property
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	s.found = append(s.found, Reference{key, scheme, host, port, s.line})
}
