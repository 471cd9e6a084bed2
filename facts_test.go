package main_test

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Facts that are spelled in one file, and files that spell some of them for a reason.
const (
	labelsFile = "resolve/labels.go"
	portsFile  = "resolve/ports.go"
)

// spelledToo: tables of what is public and of what validation looks at stand below package
// resolve, or are copies of Istio's own lists that are compared with it.
var spelledToo = []string{labelsFile, portsFile, "resolve/public/", "resolve/source/validation/"}

// constants are the values of a file's constants and of its lists.
func constants(t *testing.T, file string, kind token.Token) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, d := range parsed(t, token.NewFileSet(), file).Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok == token.IMPORT {
			continue
		}
		for _, s := range gen.Specs {
			spec, ok := s.(*ast.ValueSpec)
			if !ok {
				continue
			}
			ast.Inspect(spec, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == kind {
					found[lit.Value] = spec.Names[0].Name
				}
				return true
			})
		}
	}
	return found
}

// TestFactsOnce: a well-known label, annotation or namespace and a port of the proxy is
// written in one place; sentences, which hold more than the name, write it out.
func TestFactsOnce(t *testing.T) {
	t.Parallel()
	labels, ports := constants(t, labelsFile, token.STRING), constants(t, portsFile, token.INT)
	labels[`"proxy.istio.io/config"`] = "ProxyConfigAnnotation" // from resolve/public, below resolve
	if len(labels) < 40 || len(ports) != 9 {
		t.Fatalf("%d names in %s, %d ports in %s", len(labels), labelsFile, len(ports), portsFile)
	}
	for _, file := range sources(t) {
		if slices.ContainsFunc(spelledToo, func(p string) bool { return strings.HasPrefix(file, p) }) {
			continue
		}
		set := token.NewFileSet()
		ast.Inspect(parsed(t, set, file), func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok {
				return true
			}
			if name := labels[quoted(lit)]; lit.Kind == token.STRING && name != "" {
				t.Errorf("%s: %s is resolve.%s", set.Position(lit.Pos()), lit.Value, name)
			}
			if name := ports[lit.Value]; lit.Kind == token.INT && name != "" {
				t.Errorf("%s: %s is resolve.%s: ask Workload.ProxyPort where a port is the proxy's own", set.Position(lit.Pos()), lit.Value, name)
			}
			return true
		})
	}
}

// quoted is a string literal in double quotes, without the = of a selector that is put together.
func quoted(lit *ast.BasicLit) string {
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return lit.Value
	}
	return strconv.Quote(strings.TrimSuffix(text, "="))
}
