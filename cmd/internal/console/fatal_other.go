//go:build !unix

package console

// noCore is for systems that write memory into files.
func noCore() {}
