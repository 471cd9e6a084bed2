//go:build unix

package apiserver

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestScale, with SCALE=1, reads a large cluster with mtlsctl and with a bare
// client-go program and prints how the two compare. Seconds differ from machine to
// machine, so that only the ratio says anything.
func TestScale(t *testing.T) {
	if os.Getenv("SCALE") == "" {
		t.Skip("SCALE is not set")
	}
	s := start(t)
	began := time.Now()
	(&crowd{server: s, namespaces: 200, services: 2000, pods: 20000, policies: 4000}).create(t)
	t.Logf("made in %v", time.Since(began).Round(time.Second))
	file, err := program("barelist", ".", "./barelist")
	if err != nil {
		t.Fatal(err)
	}
	bare, mine := s.as("bare").kubeconfig(t), s.as("root").kubeconfig(t)
	listed(t, file, bare) // fills the server's caches
	commands := [][]string{{"describe", "-A"}, {"analyze", "-A", "--fail-on", "never"}, {"connections", "-A"}}
	least, ours, memory := []time.Duration(nil), make([][]time.Duration, len(commands)), make([]int64, len(commands))
	for range 5 { // in turn, so that what else the machine does meets all
		least = append(least, listed(t, file, bare))
		for i, command := range commands {
			out, ended := running(t, append(command, "--kubeconfig", mine)...)
			if out.code != 0 {
				t.Fatalf("%s: exit %d\n%s", command[0], out.code, out.stderr)
			}
			ours[i], memory[i] = append(ours[i], out.took), max(memory[i], peak(ended))
		}
	}
	slices.Sort(least)
	for i, command := range commands {
		slices.Sort(ours[i])
		t.Logf("bare client-go %v, mtlsctl %s %v: %.1f times; peak %d MB",
			least[2].Round(time.Millisecond), command[0], ours[i][2].Round(time.Millisecond), ours[i][2].Seconds()/least[2].Seconds(), memory[i]>>20)
	}
}

// listed is how long the bare program takes to list everything.
func listed(t *testing.T, file, config string) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	began := time.Now()
	c := exec.CommandContext(ctx, file, config)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	took := time.Since(began)
	t.Logf("bare client-go lists %s objects in %v, peak %d MB", strings.TrimSpace(string(out)), took.Round(time.Millisecond), peak(c.ProcessState)>>20)
	return took
}

// peak is the most memory that a process that has ended had, in bytes.
func peak(ended *os.ProcessState) int64 {
	usage, ok := ended.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin":
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}
