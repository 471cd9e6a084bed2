//go:build !unix

package cmd

// noCore is for systems that write memory into files.
func noCore() {}
