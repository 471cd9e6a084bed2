// Package yamlnode reads the tool's own files strictly: a key that is not known, is there
// twice or holds another kind of value is an error that begins with its line. It decides
// nothing about what the keys mean.
package yamlnode
