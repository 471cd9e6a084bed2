package cmd

import (
	"runtime"
	"runtime/debug"
)

// ballast is heap that is never touched, so that it costs address space but no
// memory: the collector takes it for live and waits until as much again has been
// allocated. Nearly all that is read stays until the answer is written, so that
// collecting on the way there finds little; without the ballast it takes up to a
// quarter of the time.
var ballast []byte

// calmHeap sets up the heap of a process that reads, answers and ends.
func calmHeap() {
	ballast = make([]byte, 96<<20)
	runtime.KeepAlive(ballast)
}

// boundHeap asks the collector to work harder as memory nears thirteen times what
// was read: a mesh of 100,000 workloads, 120 MB of YAML, fits into 2 GB. Below
// the floor nobody minds.
func boundHeap(read int64) {
	const floor = 1 << 30
	debug.SetMemoryLimit(max(floor, 13*read))
}

// planHeap leaves room for a plan, which holds three states of the mesh at a time, and a
// comparison of two of them: a limit below that would have the collector run all the time.
func planHeap(read int64) {
	const floor = 2 << 30
	debug.SetMemoryLimit(max(floor, 160*read))
}
