package dataplane

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// FindEnvoy is the binary that the environment variable ENVOY names, else the one that `make
// dataplane` installs in a folder.
func FindEnvoy(folder string) (string, error) {
	if named := os.Getenv("ENVOY"); named != "" {
		program, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("the Envoy that ENVOY names cannot run: %w", err)
		}
		return filepath.Abs(program)
	}
	found, err := filepath.Glob(filepath.Join(folder, "lib/python*/site-packages/envoy/_bin/envoy"))
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no Envoy in %s: run make dataplane, or set ENVOY=path", folder)
	}
	if err != nil {
		return "", err
	}
	return filepath.Abs(found[0])
}

// Missing says what of the machine is missing for a network of pods, nil for nothing.
func Missing() error {
	if os.Geteuid() != 0 {
		return errors.New("network namespaces need root")
	}
	if _, err := exec.LookPath("iptables-restore"); err != nil {
		return fmt.Errorf("iptables is not installed: %w", err)
	}
	s, err := newSpace()
	if err != nil {
		return fmt.Errorf("no network namespace can be made: %w", err)
	}
	return s.handle.Close()
}
