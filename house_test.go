package main_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func mentions(t *testing.T, file, text string) bool {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(content, []byte(text+"("))
}

// TestSizes keeps files and functions small enough to be read whole.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, file := range sources(t) {
		set := token.NewFileSet()
		f := parsed(t, set, file)
		if lines := set.File(f.Pos()).LineCount(); lines > 400 {
			t.Errorf("%s has %d lines: split it by ideas, 400 is the most", file, lines)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			if lines := set.Position(fn.End()).Line - set.Position(fn.Pos()).Line + 1; lines > 60 {
				t.Errorf("%s: %s has %d lines: 60 is the most", file, fn.Name.Name, lines)
			}
		}
	}
}

// TestDocs: every package says what it decides, every exported name what it
// promises.
func TestDocs(t *testing.T) {
	t.Parallel()
	documented, files := map[string]bool{}, map[string]string{}
	for _, file := range sources(t) {
		f := parsed(t, token.NewFileSet(), file)
		dir := filepath.Dir(file)
		documented[dir] = documented[dir] || f.Doc.Text() != ""
		files[dir] = file
		for _, d := range f.Decls {
			for _, name := range undocumented(d) {
				t.Errorf("%s: %s has no doc comment", file, name)
			}
		}
	}
	for dir, file := range files {
		if !documented[dir] {
			t.Errorf("package %s has no doc comment: add %s", dir, filepath.Join(filepath.Dir(file), "doc.go"))
		}
	}
}

func parsed(t *testing.T, set *token.FileSet, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(set, file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// undocumented lists the exported names of a declaration that nothing says
// anything about. Methods of unexported types are nobody's interface.
func undocumented(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc.Text() == "" && !onUnexported(d) {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		var names []string
		for _, s := range d.Specs {
			names = append(names, undocumentedSpec(d, s)...)
		}
		return names
	}
	return nil
}

func undocumentedSpec(d *ast.GenDecl, s ast.Spec) []string {
	var names []*ast.Ident
	var doc string
	switch s := s.(type) {
	case *ast.TypeSpec:
		names, doc = []*ast.Ident{s.Name}, s.Doc.Text()
	case *ast.ValueSpec:
		names, doc = s.Names, s.Doc.Text()+s.Comment.Text()
	}
	var bare []string
	for _, n := range names {
		if n.IsExported() && strings.TrimSpace(doc+d.Doc.Text()) == "" {
			bare = append(bare, n.Name)
		}
	}
	return bare
}

func onUnexported(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return false
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && !id.IsExported()
}

// TestCausesAreValues: what follows from a cause follows from its value. No rule number is
// compared, and no sentence that package words made is cut, searched or replaced in.
func TestCausesAreValues(t *testing.T) {
	t.Parallel()
	number := regexp.MustCompile(`^"[1-9][0-9]?A?\.[0-9]+(\.[0-9]+)*[a-e]?"$`)
	for _, file := range sources(t) {
		set := token.NewFileSet()
		ast.Inspect(parsed(t, set, file), func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				for _, side := range []ast.Expr{n.X, n.Y} {
					lit, ok := side.(*ast.BasicLit)
					if ok && number.MatchString(lit.Value) && (n.Op == token.EQL || n.Op == token.NEQ) || saysWords(side) && n.Op != token.ADD {
						t.Errorf("%s: compares %s: ask the Cause", set.Position(n.Pos()), render(side))
					}
				}
			case *ast.CallExpr:
				if of, ok := n.Fun.(*ast.SelectorExpr); !ok || render(of.X) != "strings" || of.Sel.Name == "Join" {
					return true
				}
				if i := slices.IndexFunc(n.Args, saysWords); i >= 0 {
					t.Errorf("%s: takes %s apart: ask the Cause", set.Position(n.Pos()), render(n.Args[i]))
				}
			}
			return true
		})
	}
}

// saysWords reports an expression that calls package words.
func saysWords(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	of, ok := call.Fun.(*ast.SelectorExpr)
	return ok && render(of.X) == "words"
}

func render(e ast.Expr) string {
	var b bytes.Buffer
	_ = printer.Fprint(&b, token.NewFileSet(), e)
	return b.String()
}
