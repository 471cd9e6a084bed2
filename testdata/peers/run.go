package main

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// runs are those of one command over one mesh.
type runs struct {
	seconds []float64
	// kilobytes are peaks of resident memory.
	kilobytes []int64
}

// run runs the command once, to its end. What it prints is thrown away; findings are no
// failure.
func (r *runs) run(program string, args ...string) error {
	c := exec.Command(program, args...)
	start := time.Now()
	err := c.Run()
	took := time.Since(start).Seconds()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("this system does not tell how much memory a process took")
	}
	if exit != nil && exit.ExitCode() != 79 && exit.ExitCode() != 3 { // what istioctl analyze ends with where it finds something, and mtlsctl migrate-plan without a record of traffic
		return fmt.Errorf("%s %v: %w", program, args, err)
	}
	r.seconds = append(r.seconds, took)
	r.kilobytes = append(r.kilobytes, usage.Maxrss)
	return nil
}

// time is the median in seconds, memory that of the peaks in MB.
func (r *runs) time() float64   { return median(r.seconds) }
func (r *runs) memory() float64 { return float64(median(r.kilobytes)) / 1000 }

func median[T int64 | float64](list []T) T {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
