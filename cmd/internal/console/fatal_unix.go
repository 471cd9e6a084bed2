//go:build unix

package console

import "syscall"

// noCore keeps what is in memory, a token for instance, out of a file that nobody asked for.
func noCore() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }
