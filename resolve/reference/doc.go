// Package reference finds the hosts that configuration names: in environment
// variables, arguments and the files of ConfigMaps. It decides by shape alone, knows
// no mesh, and keeps of a text nothing but the host, its scheme and port: what stands
// beside it, a password among it, goes no further.
package reference
