package reference

import "strings"

// Reduce is a text that names the same hosts as another and holds nothing else of it;
// "" where it names none.
func Reduce(key, text string) string {
	var parts []string
	for _, r := range In(key, text) {
		part := r.String()
		if r.Key != key {
			part = r.Key + "=" + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "\n")
}
