// Package plain parses the YAML that nearly all manifests are written in, several
// times faster than go.yaml.in/yaml/v3 and into the very same nodes. Reading is
// mostly parsing, and parsing mostly the price of rules that manifests have no
// use for.
//
// It knows block mappings and block lists of scalars that stand on one line,
// plain or in quotes without escapes, literal blocks (|), lists and mappings of words in
// brackets and braces on one line, and comments; all in ASCII. Keys are different from each
// other, and strings or whole numbers. Words are what they are in YAML 1.1 and 1.2 alike: true, false,
// null, ~, numbers as JSON writes them, and strings; not y, no, on, 010, 0x1f, 1_000, 1e3,
// 12:30 or <<. There are no anchors, aliases, merges, tags or directives, and nothing
// stands before or behind the only document.
//
// Such a text has but one meaning: yaml.v3 and kubectl (sigs.k8s.io/yaml, which is
// yaml.v2) read the same values. For anything
// else, anything that is wrong, and anything in doubt it says so, and the caller
// asks them: this package never reports an error and never decides what is
// valid. Nodes carry no comments.
//
// That yaml.v3 gives the same nodes, and kubectl the same values, is tested over every
// YAML of this repository, over random texts and by a fuzz target.
package plain
