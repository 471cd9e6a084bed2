//go:build !race

package helm

// shadow is how many bytes the process writes for each that it uses.
const shadow = 1
