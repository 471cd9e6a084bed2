// Package config is what configures a mesh: the objects of the input by kind, the control
// planes with their revisions, injectors, environment and mesh configuration, the namespaces
// that they discover, and networks.
package config
