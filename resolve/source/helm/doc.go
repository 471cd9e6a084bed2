// Package helm renders charts with Helm's own engine, offline: the bytes of a chart and of
// values in, the manifests that helm template would print out, each with the template and the
// lines that it comes from.
//
// A template can loop for ever, ask for any amount of memory, and cannot be interrupted. So
// charts are rendered in another process, with limits of memory, time and output: this program
// again, which init turns into a renderer where the environment says so. That process is given
// bytes and no path: a template reads no file but those of its chart. It opens no connection
// and finds no cluster: lookup is empty.
//
// The way of a chart: its files are read (folder.go) and sent to a child (renderer.go,
// child.go), which renders them (render.go) with functions that give the same answer tomorrow
// (functions.go), cuts the output into documents as Helm does (documents.go), and finds the
// lines of the templates by rendering once more with marks in them (lines.go).
package helm
