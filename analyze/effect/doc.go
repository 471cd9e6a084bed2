// Package effect is the one court of what is worse: what a change does to the verdict of a
// call and to the mode of a port. Differences, repairs, trials and plans ask it.
package effect
