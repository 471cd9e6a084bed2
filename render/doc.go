// Package render says answers aloud. Report kinds (workloads, stories, policies)
// turn what package resolve decided into a [View]; a [Format] writes any View.
// So there are N report kinds and M formats and never N x M cases: a new report
// kind is one file that implements View, a new format one file that implements
// Format.
//
// The package decides how an answer looks, never what the answer is: no mode is
// computed, corrected or summed up beyond counting here. It reads no files, no
// clock and no environment; colour and width are parameters.
//
// What machines read (JSON, YAML, JSONPath) are the wire types of this package.
// They are a promise: arrays are never null, order never depends on the input's,
// and what was written can be read back.
package render
