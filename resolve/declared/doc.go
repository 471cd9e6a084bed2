// Package declared is the calls that configuration speaks of: hosts that containers and their
// ConfigMaps name, routes, and clients that policies let in.
package declared
