// Package manifest makes objects of texts: what package source reads of files, and what an
// API server sends. It opens nothing.
//
// It decides which text is an object, which text is none, and what the API server or Istio
// would refuse. A bad document never hides a good one: it becomes a Problem with its place,
// and everything else is read. What is passed over is counted by kind and said once in a
// Note; nothing is dropped silently. Secrets are never decoded.
//
// The way of a document: a text is cut as kubectl cuts it (split.go, splitjson.go), long
// lists into their items (listitems.go, itemlines.go). What package plain knows has but one
// meaning and is parsed for little; what it does not know is given to kubectl's own library,
// and the nodes of yaml.v3 are taken, for their lines, where they mean the same (kubectl.go,
// likeness.go, graft.go). apiVersion and kind then decide whether anybody reads it
// (kinds.go), and its nodes are decoded, Kubernetes types by their json tags (decode.go),
// Istio types by their protobuf descriptors (proto.go), both keeping track of lines. A Batch
// is what one goroutine reads (batch.go).
package manifest
