// Package cluster reads everything that an answer depends on from an API server, kind by
// kind (listed.go), page by page (page.go), and writes what it read as a snapshot
// (snapshot.go) that package source reads back. Objects that nobody asks about in full are
// cut down as they come (package trim). A kind that cannot be read is a Gap, never a kind of
// which there is nothing. It only reads: the one thing that it posts asks what the user may
// (rights.go). Secrets are never asked for, ConfigMaps by name only.
package cluster
