package manifest

import "encoding/binary"

// labelMaps keeps one map of labels that are said again and again: those of a Deployment,
// its selector, and its Service's. What is read is never written to.
type labelMaps struct {
	known   map[string]map[string]string
	scratch []byte
}

// of is the map of keys and values, in the order in which they stand.
func (l *labelMaps) of(pairs []string) map[string]string {
	if l == nil || len(pairs) == 0 {
		return newMap(pairs)
	}
	key := l.scratch[:0]
	for _, word := range pairs {
		key = append(binary.AppendUvarint(key, uint64(len(word))), word...)
	}
	l.scratch = key
	m := l.known[string(key)]
	if m == nil {
		if l.known == nil {
			l.known = map[string]map[string]string{}
		}
		m = newMap(pairs)
		l.known[string(key)] = m
	}
	return m
}

func newMap(pairs []string) map[string]string {
	m := make(map[string]string, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}
