package source_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// shopChart is a chart with a subchart, a link to a file of its own and one out of it.
var shopChart = map[string]string{
	"deploy/pay/Chart.yaml":                         "apiVersion: v2\nname: pay\nversion: 1.0.0\n",
	"deploy/pay/values.yaml":                        "mode: STRICT\n",
	"deploy/pay/values-prod.yaml":                   "mode: DISABLE\n",
	"deploy/pay/templates/a.yaml":                   "{{ with .Values }}\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: {{ $.Release.Name }}}\nspec: {mtls: {mode: {{ .mode }}}}\n{{ end }}",
	"deploy/pay/charts/db/Chart.yaml":               "apiVersion: v2\nname: data\nversion: 1.0.0\n",
	"deploy/pay/charts/db/templates/db.yaml":        "apiVersion: v1\nkind: Service\n\nmetadata: {name: {{ .Chart.Name }}}\nspec: {ports: [{port: {{ .Files.Get \"port.txt\" }}}]}\n",
	"deploy/pay/charts/db/port.txt":                 "5432",
	"deploy/pay/.helmignore":                        "templates/ignored*\n",
	"deploy/pay/templates/ignored.yaml":             "{{ fail \"this file is ignored\" }}",
	"deploy/pay/beside/own.yaml":                    "apiVersion: v1\nkind: Namespace\nmetadata: {name: beside}\n",
	"deploy/plain.yaml":                             "apiVersion: v1\nkind: Namespace\nmetadata: {name: plain}\n",
	"deploy/library/Chart.yaml":                     "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n",
	"deploy/library/templates/_a.yaml":              "{{ define \"a\" }}{{ end }}",
	"deploy/broken/Chart.yaml":                      "apiVersion: v2\nname: broken\nversion: 1.0.0\n",
	"deploy/broken/templates/a.yaml":                "apiVersion: v1\nkind: Namespace\nmetadata: {name: raw}\n",
	"deploy/broken/templates/b.yaml":                "\n{{ fail \"values are missing\" }}",
	"deploy/broken/charts/inner/Chart.yaml":         "apiVersion: v2\nname: inner\nversion: 1.0.0\n",
	"deploy/broken/charts/inner/templates/raw.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: inner}\n",
}

// placed are the objects with their places, and what was said.
func placed(in *source.Input, dir string) string {
	var b strings.Builder
	for _, o := range in.Objects {
		b.WriteString(o.Ref().String() + " " + o.Origin.At("metadata.name").String() + "\n")
	}
	for _, p := range in.Problems {
		b.WriteString("problem " + p.Position.String() + ": " + p.Message + "\n")
	}
	for _, n := range in.Notes {
		b.WriteString("note " + n.Position.String() + ": " + n.Message + "\n")
	}
	return filepath.ToSlash(strings.ReplaceAll(b.String(), dir+string(filepath.Separator), ""))
}

const shopPlaced = `Namespace inner deploy/broken/charts/inner/templates/raw.yaml:3
Namespace raw deploy/broken/templates/a.yaml:3
Service default/data deploy/pay/charts/db/templates/db.yaml:4
PeerAuthentication default/pay deploy/pay/templates/a.yaml:4
Namespace beside deploy/pay/beside/own.yaml:3
Namespace plain deploy/plain.yaml:3
note : 1 Helm chart was rendered with its own values: deploy/pay
note deploy/broken/Chart.yaml:1: 3 documents are not Kubernetes objects: Chart.yaml (2), values-prod.yaml
note deploy/broken/templates/b.yaml:2: 1 document is a template in 1 file of the Helm chart deploy/broken, not read
note deploy/broken/templates/b.yaml:2: the Helm chart deploy/broken was not rendered: values are missing; its files are read as they are
`

func TestCharts(t *testing.T) {
	t.Parallel()
	dir := write(t, shopChart)
	got := placed(read(t, source.Options{Files: []string{dir}}), dir)
	if diff := cmp.Diff(shopPlaced, got); diff != "" {
		t.Error(diff)
	}
	if again := placed(read(t, source.Options{Files: []string{dir}, Workers: 1}), dir); again != got {
		t.Errorf("with one worker:\n%s", cmp.Diff(got, again))
	}
	in := read(t, source.Options{Files: []string{dir}})
	if of := in.Rendered[filepath.Join(dir, "deploy", "pay", "templates", "a.yaml")]; of != filepath.Join(dir, "deploy", "pay") {
		t.Errorf("the template is one of %q: %v", of, in.Rendered)
	}
}

// TestChartLinks: what is outside of a chart stays outside.
func TestChartLinks(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need rights there")
	}
	dir := write(t, map[string]string{
		"chart/Chart.yaml": "apiVersion: v2\nname: pay\nversion: 1.0.0\n", "chart/files/in.txt": "in", "out.txt": "out",
		"chart/templates/a.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: \"is-{{ .Files.Get \"out.txt\" }}-{{ .Files.Get \"inner.txt\" }}\"}\n",
	})
	for link, to := range map[string]string{"out.txt": "../out.txt", "inner.txt": "files/in.txt", "round": ".", "etc": "/etc", "nowhere": "gone"} {
		if err := os.Symlink(to, filepath.Join(dir, "chart", link)); err != nil {
			t.Fatal(err)
		}
	}
	want := `Namespace is--in chart/templates/a.yaml:3
note chart/Chart.yaml: the Helm chart chart was rendered without a file: etc is a link that leads out of the chart, or to nothing
note chart/Chart.yaml: the Helm chart chart was rendered without a file: nowhere is a link that leads out of the chart, or to nothing
note chart/Chart.yaml: the Helm chart chart was rendered without a file: out.txt is a link that leads out of the chart, or to nothing
note chart/Chart.yaml: the Helm chart chart was rendered without a file: round is a link to a directory that it is in
`
	if diff := cmp.Diff(want, placed(read(t, source.Options{Releases: []source.Release{{Chart: filepath.Join(dir, "chart")}}}), dir)); diff != "" {
		t.Error(diff)
	}
}

// TestChartPacked: a packed chart is rendered as the directory that it was made of, and so is one
// that is packed below charts/.
func TestChartPacked(t *testing.T) {
	t.Parallel()
	pack := func(files map[string]string, cut string) string {
		var b bytes.Buffer
		zipped := gzip.NewWriter(&b)
		w := tar.NewWriter(zipped)
		for name, text := range files {
			inner, ok := strings.CutPrefix(name, cut)
			if !ok || strings.HasPrefix(inner, "templates/ignored") { // what is packed is not ignored
				continue
			}
			if err := w.WriteHeader(&tar.Header{Name: "x/" + inner, Mode: 0o600, Size: int64(len(text))}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := zipped.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	outer := map[string]string{
		"Chart.yaml":           "apiVersion: v2\nname: outer\nversion: 1.0.0\n",
		"charts/db-1.0.0.tgz":  pack(shopChart, "deploy/pay/charts/db/"),
		"charts/pay-1.0.0.tgz": pack(shopChart, "deploy/pay/"),
	}
	dir := write(t, map[string]string{"outer.tgz": pack(outer, ""), "no.tgz": "no archive"})
	in := read(t, source.Options{Releases: []source.Release{{Chart: filepath.Join(dir, "outer.tgz"), Namespace: "shop"}, {Chart: filepath.Join(dir, "no.tgz")}}})
	want := `Service shop/data outer.tgz/charts/db-1.0.0.tgz/templates/db.yaml:4
Service shop/data outer.tgz/charts/pay-1.0.0.tgz/charts/db/templates/db.yaml:4
PeerAuthentication shop/outer outer.tgz/charts/pay-1.0.0.tgz/templates/a.yaml:4
problem no.tgz: the Helm chart no.tgz was not rendered: the archive cannot be read: gzip: invalid header
`
	got := placed(in, dir)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestGitCharts: a revision gives what its directory gives, of charts too.
func TestGitCharts(t *testing.T) {
	dir := repository(t, shopChart)
	files, git := read(t, source.Options{Files: []string{"deploy"}}), read(t, source.Options{Files: []string{"git:HEAD:deploy"}})
	if diff := cmp.Diff(placed(files, dir), strings.ReplaceAll(placed(git, dir), "git:HEAD:", "")); diff != "" {
		t.Error(diff)
	}
	release := func(chart, values string) source.Options {
		return source.Options{Releases: []source.Release{{Chart: chart, Values: []string{values}, Name: "live", Namespace: "prod"}}}
	}
	files, git = read(t, release("deploy/pay", "deploy/pay/values-prod.yaml")), read(t, release("git:HEAD:./deploy/pay", "git:HEAD:deploy/pay/values-prod.yaml"))
	was := placed(files, dir)
	if diff := cmp.Diff(was, strings.ReplaceAll(placed(git, dir), "git:HEAD:", "")); diff != "" || !strings.Contains(was, "PeerAuthentication prod/live") {
		t.Error(was, diff)
	}
	for _, o := range []source.Options{release("git:HEAD:nowhere", "deploy/pay/values-prod.yaml"), release("deploy/pay", "git:HEAD:nowhere"), release("git:none:deploy", "git:HEAD:deploy"), release("nowhere", "deploy/pay/values.yaml")} {
		if in, err := source.Read(t.Context(), o); err == nil {
			t.Errorf("%v reads %v", o.Releases, in)
		}
	}
}

// TestChartsBesides: a chart that names another one of the same files is rendered with that, and what
// is elsewhere stays there.
func TestChartsBesides(t *testing.T) {
	named := func(name, kind string, dependencies ...string) string {
		text := "apiVersion: v2\nname: " + name + "\nversion: 1.0.0\n" + kind + "dependencies:\n"
		for _, d := range dependencies {
			name, at, _ := strings.Cut(d, " ")
			text += "- {name: " + name + ", version: 1.x, repository: 'file://" + at + "'}\n"
		}
		return strings.TrimSuffix(text, "dependencies:\n")
	}
	space := "apiVersion: v1\nkind: Namespace\nmetadata: {name: {{ .Chart.Name }}-{{ .Release.Name }}-{{ include \"word\" . }}}\n"
	dir := repository(t, map[string]string{
		"apps/all/Chart.yaml":             named("all", "", "pay ../pay", "outside ../../../outside", "gone ../gone"),
		"apps/pay/Chart.yaml":             named("pay", "", "words ../../lib"),
		"apps/pay/templates/a.yaml":       "\n" + space,
		"lib/Chart.yaml":                  named("words", "type: library\n"),
		"lib/templates/_a.tpl":            "{{ define \"word\" }}said{{ end }}",
		"fails/Chart.yaml":                named("fails", "", "child child"),
		"fails/templates/a.yaml":          "{{ fail \"no\" }}",
		"fails/child/Chart.yaml":          named("child", ""),
		"fails/child/templates/a.yaml":    "apiVersion: v1\nkind: Namespace\nmetadata: {name: {{ .Chart.Name }}}\n",
		"round/a/Chart.yaml":              named("a", "", "b ../b"),
		"round/b/Chart.yaml":              named("b", "", "a ../a"),
		"packed/Chart.yaml":               named("packed", "", "words ../lib"),
		"packed/charts/w/Chart.yaml":      named("words", "type: library\n"),
		"packed/charts/w/templates/_.tpl": "{{ define \"word\" }}own{{ end }}",
		"packed/templates/a.yaml":         space,
	})
	want := `Namespace pay-all-said apps/pay/templates/a.yaml:4
Namespace child fails/child/templates/a.yaml:3
Namespace packed-packed-own packed/templates/a.yaml:3
note : 3 Helm charts were rendered with their own values: apps/all, fails/child, packed
note apps/all/Chart.yaml: the Helm chart apps/all was rendered without its dependency gone 1.x of file://../gone, which is not in charts/
note apps/all/Chart.yaml: the Helm chart apps/all was rendered without its dependency outside 1.x of file://../../../outside, which is not in charts/
note apps/pay/Chart.yaml: the Helm chart apps/pay was rendered as a dependency of apps/all, and not by itself
note fails/templates/a.yaml:1: 1 document is a template in 1 file of the Helm chart fails, not read
note fails/templates/a.yaml:1: the Helm chart fails was not rendered: no; its files are read as they are
note lib/Chart.yaml: the Helm chart lib was rendered as a dependency of apps/all, and not by itself
note round/a/Chart.yaml: the Helm chart round/a was not rendered: more than 8 charts depend on each other in a row; its files are read as they are
note round/b/Chart.yaml: the Helm chart round/b was not rendered: more than 8 charts depend on each other in a row; its files are read as they are
`
	in := read(t, source.Options{Files: []string{"."}})
	in.Notes = slices.DeleteFunc(in.Notes, func(n manifest.Note) bool { return strings.Contains(n.Message, "Kubernetes object") })
	if diff := cmp.Diff(want, placed(in, dir)); diff != "" {
		t.Error(diff)
	}
	in = read(t, source.Options{Files: []string{"git:HEAD:"}})
	in.Notes = slices.DeleteFunc(in.Notes, func(n manifest.Note) bool { return strings.Contains(n.Message, "Kubernetes object") })
	if diff := cmp.Diff(want, strings.ReplaceAll(placed(in, dir), "git:HEAD:", "")); diff != "" {
		t.Error(diff)
	}
	in = read(t, source.Options{Releases: []source.Release{{Chart: "apps/pay"}, {Chart: filepath.Join(dir, "apps", "pay"), Name: "live"}}})
	if got := placed(in, dir); !strings.Contains(got, "Namespace pay-pay-said") || !strings.Contains(got, "Namespace pay-live-said") {
		t.Error(got)
	}
}
