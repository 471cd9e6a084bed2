package cmd_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// evil are names that a shell would take apart, or run.
var evil = []string{
	"evil a b", "evil$(touch pwned)", "evil`touch pwned`", "evil'x", `evil"x`, "evil\ntouch pwned", "-evil", "evil;touch pwned", "evil&touch pwned", "evil|x", "evil>pwned",
	"evil*", "~evil", "evil\\", "#evil", "evil```", "evil${x}",
}

// evilMesh is a snapshot, since nothing else may have such names: two namespaces of a name,
// with servers, clients whose calls break, and a rule.
func evilMesh(t *testing.T, name string) string {
	t.Helper()
	var objects []map[string]any
	add := func(kind, version, namespace, name string, rest map[string]any) {
		o := map[string]any{"apiVersion": version, "kind": kind, "metadata": map[string]any{"name": name, "namespace": namespace}}
		for k, v := range rest {
			o[k] = v
		}
		objects = append(objects, o)
	}
	add("Snapshot", "mtlsctl.io/v1alpha1", "", "x", map[string]any{"spec": map[string]any{"name": "x"}})
	workload := func(app, env string) map[string]any {
		labels := map[string]any{"app": app}
		return map[string]any{"spec": map[string]any{"selector": map[string]any{"matchLabels": labels}, "template": map[string]any{
			"metadata": map[string]any{"labels": labels},
			"spec":     map[string]any{"containers": []any{map[string]any{"name": "x", "image": "x", "env": []any{map[string]any{"name": "URL", "value": env}}, "ports": []any{map[string]any{"containerPort": 8080}}}}},
		}}}
	}
	for i, injection := range []string{"enabled", "disabled"} {
		namespace, app, host := fmt.Sprintf("%s%d", name, i), fmt.Sprintf("app%d", i), fmt.Sprintf("svc%d", i)
		add("Namespace", "v1", "", namespace, nil)
		objects[len(objects)-1]["metadata"].(map[string]any)["labels"] = map[string]any{"istio-injection": injection}
		add("Deployment", "apps/v1", namespace, name, workload(app, "http://"+host+":80"))
		add("Deployment", "apps/v1", namespace, "client"+name, workload("client", "http://"+host+":80"))
		add("Service", "v1", namespace, host, map[string]any{"spec": map[string]any{"selector": map[string]any{"app": app}, "ports": []any{map[string]any{"name": "http", "port": 80, "targetPort": 8080}}}})
		if i == 0 {
			add("DestinationRule", "networking.istio.io/v1", namespace, name, map[string]any{"spec": map[string]any{"host": host, "trafficPolicy": map[string]any{"tls": map[string]any{"mode": "DISABLE"}}}})
			add("PeerAuthentication", "security.istio.io/v1", namespace, name, map[string]any{"spec": map[string]any{"mtls": map[string]any{"mode": "STRICT"}}})
		}
	}
	file := filepath.Join(t.TempDir(), "mesh.yaml")
	if err := os.WriteFile(file, []byte(documents(t, objects)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

var (
	shellFence = regexp.MustCompile("(?ms)^(`{3,})sh\n(.*?)^`{3,}$")
	shellHint  = regexp.MustCompile(`(?m)\b(?:mtlsctl (?:connections|describe|diff|migrate-plan) -.*|kubectl (?:label|annotate) .*)$`)
)

// TestShellLines: every line for a shell that is printed for a mesh of hostile names can be
// read by one, runs nothing but its commands, and gives them whole names.
func TestShellLines(t *testing.T) {
	t.Parallel()
	for _, name := range evil {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shellLines(t, name)
		})
	}
}

func shellLines(t *testing.T, name string) {
	t.Helper()
	file, out := evilMesh(t, name), filepath.Join(t.TempDir(), "plan")
	var lines []string
	for _, args := range [][]string{
		{"migrate-plan", "--out", out, "--inject", "all"}, {"migrate-plan", "--status"}, {"migrate-plan"}, {"connections"}, {"connections", "--expand"}, {"analyze"}, {"analyze", "-o", "markdown"},
		{"describe"}, {"describe", "deploy/" + name + "." + name + "0"}, {"describe", "deploy/client" + name + "." + name + "1"},
	} {
		s, stdout, stderr := captured()
		if code := cmd.Main(append(args, "-f", file, "--fail-on", "never")[:len(args)+2], s); code == 2 {
			t.Fatalf("%v: %s", args, stderr)
		}
		if args[len(args)-1] != "markdown" {
			lines = append(lines, shellHint.FindAllString(stdout.String()+stderr.String(), -1)...)
		}
	}
	page, err := os.ReadFile(filepath.Join(out, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := shellFence.FindAllStringSubmatch(string(page), -1)
	for _, b := range blocks {
		lines = append(lines, b[2])
	}
	if len(blocks) < 10 || len(lines) < len(blocks)+5 {
		t.Fatalf("%d blocks and %d lines: too few to prove anything\n%s", len(blocks), len(lines), page)
	}
	bin := stubs(t)
	told := 0
	for _, line := range lines {
		told += runs(t, bin, line, name)
	}
	if told < 8 {
		t.Errorf("only %d hostile names arrived at commands", told)
	}
}

// stubs are commands that write down what they are given. A shell writes them: a file that
// this process had open for writing stays open in what another test starts at that moment,
// and cannot be run until that ends ("text file busy").
func stubs(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	c := exec.Command("sh", "-c", `for name in kubectl mtlsctl istioctl oc jq; do printf '%s\n' "$STUB" > $name && chmod 700 $name || exit; done`)
	c.Dir, c.Env = bin, []string{"PATH=/usr/bin:/bin", "STUB=#!/bin/sh\nfor w; do printf '%s\\0' \"$w\" >> \"$WORDS\"; done"}
	if text, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return bin
}

// runs runs a line with the stubs, and counts the hostile names that arrive.
func runs(t *testing.T, bin, line, name string) (told int) {
	t.Helper()
	if text, err := exec.Command("sh", "-n", "-c", line).CombinedOutput(); err != nil {
		t.Errorf("no shell reads %q: %s", line, text)
		return 0
	}
	dir := t.TempDir()
	words := filepath.Join(t.TempDir(), "words")
	c := exec.Command("sh", "-c", line)
	c.Dir, c.Env = dir, []string{"PATH=" + bin + ":/usr/bin:/bin", "WORDS=" + words, "PROMETHEUS=http://x"}
	_ = c.Run() // the stubs print nothing, so that a grep finds nothing
	if code := c.ProcessState.ExitCode(); code == 126 || code == 127 {
		t.Errorf("%q could not run its command: exit code %d", line, code)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%q leaves %s behind: something in it was run", line, left[0].Name())
	}
	text, _ := os.ReadFile(words)
	for word := range bytes.SplitSeq(text, []byte{0}) {
		if !bytes.Contains(word, []byte("evil")) || bytes.HasPrefix(word, []byte(os.TempDir())) { // the folder is named after the test
			continue
		}
		if told++; !strings.Contains(string(word), name) {
			t.Errorf("%q gives its command a part of a name: %q", line, word)
		}
	}
	return told
}
