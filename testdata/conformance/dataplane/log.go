package dataplane

import (
	"strings"
	"sync"
)

// Log keeps what a proxy prints.
type Log struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write appends.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// String is all of it.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Mark is the place where the next line begins.
func (l *Log) Mark() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Len()
}

// Since are the whole lines after a mark.
func (l *Log) Since(mark int) []string {
	text := l.String()[mark:]
	whole := strings.LastIndexByte(text, '\n') + 1
	return strings.FieldsFunc(text[:whole], func(r rune) bool { return r == '\n' })
}
