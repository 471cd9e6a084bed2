// Package plain parses the YAML that nearly all manifests are written in, several
// times faster than go.yaml.in/yaml/v3 and into the very same nodes. Reading is
// mostly parsing, and parsing mostly the price of rules that manifests have no
// use for.
//
// It knows block mappings and block lists of scalars that stand on one line,
// plain or in quotes without escapes, literal blocks (|), lists of words in
// brackets on one line, the empty {}, and comments; all in ASCII. For anything
// else, anything that is wrong, and anything in doubt it says so, and the caller
// asks yaml.v3: this package never reports an error and never decides what is
// valid. Nodes carry no comments.
//
// That both give the same nodes is tested over every YAML of this repository,
// over random texts and by a fuzz target.
package plain
