//go:build race

package helm

// shadow is how many bytes the process writes for each that it uses: the race detector keeps
// several about each byte.
const shadow = 8
