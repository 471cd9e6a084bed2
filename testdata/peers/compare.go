package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// noGateway is what istioctl analyze finds an error in: a VirtualService for a Gateway that
// there is not. mtlsctl has nothing to say of it: no call is plaintext or broken by mTLS.
const noGateway = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: shop}
spec:
  hosts: [shop.example.com]
  gateways: [nowhere]
  http: [{route: [{destination: {host: shop}}]}]
`

// compare runs istioctl analyze and mtlsctl analyze over the small meshes of the repository,
// and over one that only istioctl has something to say of.
func compare(o options, dir string) (string, error) {
	worlds, err := filepath.Glob(filepath.Join(o.worlds, "*"))
	if err != nil || len(worlds) == 0 {
		return "", fmt.Errorf("no meshes in %s: %w", o.worlds, err)
	}
	odd := filepath.Join(dir, "a Gateway that does not exist")
	if err := os.Mkdir(odd, 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(odd, "route.yaml"), []byte(noGateway), 0o600); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| files | istioctl: findings | exit code, with -o json | mtlsctl: errors, warnings, notes | exit code, with -o json |\n|---|---|---|---|---|\n")
	for _, world := range append(worlds, odd) {
		row, err := compared(o, world)
		if err != nil {
			return "", err
		}
		b.WriteString(row)
	}
	return b.String(), nil
}

func compared(o options, world string) (string, error) {
	theirs := []string{"analyze", "--use-kube=false", "-A", world}
	_, log, err := ended(o.istioctl, theirs...)
	if err != nil {
		return "", err
	}
	text, theirJSON, err := ended(o.istioctl, append(theirs, "-o", "json")...)
	if err != nil {
		return "", err
	}
	var messages []any
	if err := json.Unmarshal(text, &messages); err != nil {
		return "", fmt.Errorf("istioctl analyze of %s: %w", world, err)
	}
	ours := []string{"analyze", "-f", world, "--allow-incomplete"}
	_, table, err := ended(o.mtlsctl, ours...)
	if err != nil {
		return "", err
	}
	text, ourJSON, err := ended(o.mtlsctl, append(ours, "-o", "json")...)
	if err != nil {
		return "", err
	}
	var report struct {
		Totals struct{ Error, Warning, Info int }
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return "", fmt.Errorf("mtlsctl analyze of %s: %w", world, err)
	}
	name := filepath.Base(world)
	if strings.HasPrefix(world, o.worlds) {
		name = "[" + name + "](../testdata/mesh/" + name + ")"
	}
	t := report.Totals
	return fmt.Sprintf("| %s | %d | %d, %d | %d, %d, %d | %d, %d |\n", name, len(messages), log, theirJSON, t.Error, t.Warning, t.Info, table, ourJSON), nil
}

// ended runs a program to its end: what it wrote to stdout, and its exit code.
func ended(program string, args ...string) ([]byte, int, error) {
	out, err := exec.Command(program, args...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return out, exit.ExitCode(), nil
	}
	return out, 0, err
}
