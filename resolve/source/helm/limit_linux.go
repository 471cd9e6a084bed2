package helm

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// rlimitData is RLIMIT_DATA, which package syscall does not name everywhere.
const rlimitData = 2

// limit bounds the memory that the process can write to, beside what it has: one function that
// asks for a gigabyte fails at once, before watch looks. Where the limit cannot be set watch
// has to do.
func limit(memory int64) {
	used := dataNow()
	if used == 0 {
		return
	}
	most := used + shadow*uint64(memory) + 64<<20 // watch comes first where memory grows step by step
	_ = syscall.Setrlimit(rlimitData, &syscall.Rlimit{Cur: most, Max: most})
}

// dataNow is how much the process has already, of which most is reserved only; 0 where nobody says.
func dataNow() uint64 {
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if size, ok := strings.CutPrefix(lines.Text(), "VmData:"); ok {
			kilobytes, _ := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(size), "kB")), 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}
