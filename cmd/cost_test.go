package cmd_test

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

var costs = flag.Bool("costs", false, "compare what the commands cost with "+recordedCosts+", which -update rewrites")

// recordedCosts holds a line for each command, shape and size of a made-up mesh, and for each of the worst.
const recordedCosts = "../testdata/costs.txt"

// cost is what one run takes, in figures that no other machine changes: statements of this
// module that were executed, allocations, and what they came to.
type cost struct{ statements, allocations, bytes float64 }

// costly is by how many times a cost may exceed the recorded one: versions of Go allocate
// differently, what is done side by side is done in different portions, and buffers double.
var costly = cost{1.02, 1.05, 1.3}

// steps is how many times the workloads of a made-up mesh the next has.
const steps = 4

// costShapes are the made-up meshes, the commands that are run over each, and by how many times
// their costs may be for steps times the workloads. In a city the rules of each namespace part the
// clients of some hosts of the next from all others, and who calls is worked out for each such
// group: a little is done for each pair of namespaces. In a town the AuthorizationPolicies of one
// workload in ten let in one caller, so that its row has all others but one.
var costShapes = []struct {
	name     string
	write    func(tb testing.TB, dir string, file int) // 20 workloads
	growing  float64
	commands [][]string
}{
	{"", writeTown, steps * 1.08, [][]string{{"describe"}, {"describe", "-o", "json"}, {"analyze", "--fail-on", "never"}, {"connections"}, {"migrate-plan"}, {"diff"}}},
	{" city", writeCity, steps * 1.09, [][]string{{"analyze", "--fail-on", "never"}, {"connections"}, {"migrate-plan"}, {"diff"}}},
}

// TestCosts guards what was made fast, and that twice the mesh is twice the work.
func TestCosts(t *testing.T) {
	if !*costs {
		t.Skip("make costs compares what the commands cost with what they did")
	}
	recorded, counting := readCosts(t), buildCounting(t)
	var lines []string
	for _, shape := range costShapes {
		for _, args := range shape.commands {
			var last cost
			for _, workloads := range []int{500, 500 * steps} {
				name := fmt.Sprintf("%s%s %d", strings.Join(args, " "), shape.name, workloads)
				now := costOf(t, counting, args, workloads, shape.write)
				lines = append(lines, costLine(name, now))
				compareCosts(t, name, now, recorded[name])
				if last.statements > 0 && now.statements > shape.growing*last.statements {
					t.Errorf("%s: %d times the workloads take %.2f times the statements: something is done for each pair", name, steps, now.statements/last.statements)
				}
				last = now
			}
		}
	}
	lines = append(lines, costsOfWorst(t, counting, recorded)...)
	if *update {
		head := fmt.Sprintf("# make costs UPDATE=-update: what a run takes.\n%-40s %12s %10s %11s\n", "# command or world, and its size", "statements", "allocs", "bytes")
		if err := os.WriteFile(recordedCosts, []byte(head+strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func costLine(name string, c cost) string {
	return fmt.Sprintf("%-40s %12.0f %10.0f %11.0f", name, c.statements, c.allocations, c.bytes)
}

func compareCosts(t *testing.T, name string, now, was cost) {
	t.Helper()
	if *update {
		return
	}
	for _, one := range []struct {
		what          string
		now, was, may float64
	}{
		{"statements", now.statements, was.statements, costly.statements},
		{"allocations", now.allocations, was.allocations, costly.allocations},
		{"bytes allocated", now.bytes, was.bytes, costly.bytes},
	} {
		switch ratio := one.now / one.was; {
		case one.was == 0:
			t.Errorf("%s has no line for %q: make costs UPDATE=-update", recordedCosts, name)
		case ratio > one.may:
			t.Errorf("%s: %.0f %s, %.3f times the recorded %.0f; if it must be so, make costs UPDATE=-update and say why", name, one.now, one.what, ratio, one.was)
		case ratio < 2-one.may:
			t.Logf("%s: %.3f times the recorded %s: make costs UPDATE=-update keeps the gain", name, ratio, one.what)
		}
	}
}

// costOf runs a command over a made-up mesh.
func costOf(t *testing.T, counting string, args []string, workloads int, write func(testing.TB, string, int)) cost {
	t.Helper()
	dir := t.TempDir()
	for file := range workloads / 20 {
		write(t, dir, file)
	}
	args = append(slices.Clone(args), "-f", dir)
	if args[0] == "diff" {
		args = []string{"diff", dir, "-f", "-"}
	}
	return costOfArgs(t, counting, args, 4)
}

// costOfArgs runs a command: in this process for what it allocates, the least of several
// times, since what is pooled and what is parsed once is there from the second; and in one that
// counts statements. The collector waits until a run ends: what it takes out of pools half way
// is allocated again, and when it runs depends on whatever else this process has in memory. One
// processor does it all: how work is portioned depends on their number.
func costOfArgs(t *testing.T, counting string, args []string, times int) cost {
	t.Helper()
	run := func() {
		s, _, errs := captured()
		s.Out, s.In = io.Discard, strings.NewReader(plaintextEverywhere)
		if code := cmd.Main(args, s); code == 2 {
			t.Fatalf("%s: exit code %d: %s", args[0], code, errs)
		}
	}
	least := cost{executed(t, counting, args), math.Inf(1), math.Inf(1)}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	run()
	for range times {
		runtime.GC() // pools keep what one collection finds unused until the next
		percent := debug.SetGCPercent(-1)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		run()
		runtime.ReadMemStats(&after)
		debug.SetGCPercent(percent)
		least.allocations = min(least.allocations, float64(after.Mallocs-before.Mallocs))
		least.bytes = min(least.bytes, float64(after.TotalAlloc-before.TotalAlloc))
	}
	return least
}

// buildCounting builds the program so that it counts the statements that it executes.
func buildCounting(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mtlsctl")
	if out, err := exec.Command("go", "build", "-cover", "-covermode", "atomic", "-coverpkg", "../...", "-o", file, "..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}

// executed counts the statements of this module that a run executes.
func executed(t *testing.T, counting string, args []string) (statements float64) {
	t.Helper()
	dir := t.TempDir()
	c := exec.Command(counting, args...)
	c.Env, c.Stdin = append(os.Environ(), "GOCOVERDIR="+dir, "GOMAXPROCS=1"), strings.NewReader(plaintextEverywhere)
	if out, err := c.Output(); err != nil && c.ProcessState.ExitCode() == 2 {
		t.Fatalf("%s: %v\n%s", args[0], err, out)
	}
	text := filepath.Join(dir, "profile.txt")
	if out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i", dir, "-o", text).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	profile, err := os.ReadFile(text)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(profile) { // file.go:1.2,3.4 STATEMENTS COUNT
		if fields := strings.Fields(string(line)); len(fields) == 3 {
			statements += number(t, fields[1]) * number(t, fields[2])
		}
	}
	return statements
}

func readCosts(t *testing.T) map[string]cost {
	t.Helper()
	text, err := os.ReadFile(recordedCosts)
	if err != nil && !*update {
		t.Fatal(err)
	}
	recorded := map[string]cost{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if line := lines.Text(); line != "" && line[0] != '#' {
			fields := strings.Fields(line)
			n := len(fields) - 3
			recorded[strings.Join(fields[:n], " ")] = cost{number(t, fields[n]), number(t, fields[n+1]), number(t, fields[n+2])}
		}
	}
	return recorded
}

func number(t *testing.T, word string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(word, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
