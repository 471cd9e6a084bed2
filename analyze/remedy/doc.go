// Package remedy is what would repair a call: changes of DestinationRules that were tried on
// the mesh, and what to do where none helps.
package remedy
