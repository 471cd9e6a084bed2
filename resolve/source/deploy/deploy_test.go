package deploy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/source/deploy"
)

// files are those of a repository, by name.
type files map[string]string

// Names implements deploy.Files.
func (f files) Names() []string {
	var names []string
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Text implements deploy.Files.
func (f files) Text(name string) ([]byte, bool) {
	text, ok := f[name]
	return []byte(text), ok
}

var repository = files{
	"apps/pay/kustomization.yaml": "", "apps/pay/deep/a.yaml": "", "apps/Web_1/a.yaml": "", "apps/.hidden/a.yaml": "", "apps/old/a.yaml": "", "readme.md": "",
	"clusters/eu/prod.yaml": "name: prod\nport: 8080\nof: {zone: [a, b]}\n", "clusters/us/prod.json": `[{"name": "one"}, {"name": "two"}]`, "clusters/bad.yaml": "- a\n",
}

const ours = "https://git.example.com/shop/deploy"

// expanded are the names of the Applications that generators make, each with its path, its cluster and its namespace.
func expanded(t *testing.T, spec string) string {
	t.Helper()
	text := "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: set, namespace: argocd}\nspec:\n" + spec
	p, err := deploy.Parse(deploy.Document{File: "set.yaml", Line: 1, Text: []byte(text)})
	if err != nil || p.Set == nil {
		t.Fatalf("%v: %+v", err, p)
	}
	e, err := p.Set.Expand(deploy.Place{Files: repository, Local: func(address string) bool { return deploy.SameRepository(address, ours) }})
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var b strings.Builder
	for _, d := range e.Deployments {
		fmt.Fprintf(&b, "%s %s %s/%s\n", d.Word(), d.Sources[0].Path, d.Cluster, d.Into)
	}
	for _, lack := range e.Lacks {
		b.WriteString("lack: " + lack + "\n")
	}
	return b.String()
}

// template is one that shows what the parameters are.
func template(name, path, cluster, namespace string) string {
	return fmt.Sprintf("  template: {metadata: {name: '%s'}, spec: {source: {repoURL: '%s', path: '%s'}, destination: {name: '%s', namespace: '%s'}}}\n", name, ours, path, cluster, namespace)
}

func TestGenerators(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, spec, want string }{
		{"list", "  generators: [{list: {elements: [{a: x, values: {b: z}}, {a: '1'}]}}]\n" + template("{{a}}", "{{ a }}/{{values.b}}", "in-cluster", "{{none}}"), `Application argocd/x x/z /{{none}}
Application argocd/1 1/{{values.b}} /{{none}}
`},
		{"directories", "  generators: [{git: {repoURL: git@git.example.com:shop/deploy.git, directories: [{path: apps/*}, {path: apps/old, exclude: true}], values: {ns: '{{path.basenameNormalized}}'}}}]\n" +
			template("{{path[1]}}", "{{path}}", "", "{{values.ns}}"), `Application argocd/Web_1 apps/Web_1 /web-1
Application argocd/pay apps/pay /pay
`},
		{"files", "  generators: [{git: {repoURL: 'https://git.example.com/shop/deploy/', files: [{path: clusters/**/prod.*}]}}]\n" + template("{{name}}", "{{path}}", "{{path.filename}}", "{{of.zone.1}}{{port}}"), `Application argocd/prod clusters/eu prod.yaml/b8080
Application argocd/one clusters/us prod.json/{{of.zone.1}}{{port}}
Application argocd/two clusters/us prod.json/{{of.zone.1}}{{port}}
`},
		{"no object", "  generators: [{git: {repoURL: '" + ours + "', files: [{path: clusters/*.yaml}]}}]\n" + template("a", "a", "", ""), "error: clusters/bad.yaml, which a git generator reads, holds no object\n"},
		{"elsewhere", "  generators: [{git: {repoURL: 'https://git.example.com/other', files: [{path: '*'}]}}, {scmProvider: {}}, {clusters: {selector: {matchLabels: {env: prod}}}}]\n" + template("a", "a", "", ""), `lack: generator git: the repository https://git.example.com/other is not among the files
lack: generator scmProvider: which parameters it makes is not in files
lack: generator clusters: which clusters have the labels matchLabels: env: prod is not in files
`},
		{"clusters", "  generators: [{clusters: {values: {ns: 'of-{{name}}'}}}]\n" + template("{{name}}", "a", "{{name}}", "{{values.ns}}"), `Application argocd/in-cluster a /of-in-cluster
lack: generator clusters: only the cluster in which Argo CD runs is known, all others are Secrets
`},
		{"matrix uses the first", "  generators: [{matrix: {generators: [{list: {elements: [{dir: apps/*}]}}, {git: {repoURL: '" + ours + "', directories: [{path: '{{dir}}'}]}}]}, selector: {matchLabels: {path.basename: pay}}}]\n" +
			template("{{path.basename}}", "{{dir}}", "", ""), "Application argocd/pay apps/* /\n"},
		{"matrix conflicts", "  generators: [{matrix: {generators: [{list: {elements: [{a: '1'}]}}, {list: {elements: [{a: '2'}]}}]}}]\n" + template("a", "a", "", ""), "error: both generators of its matrix set the parameter a\n"},
		{"merge", "  generators: [{merge: {mergeKeys: [k], generators: [{list: {elements: [{k: a, v: own}, {k: b, v: own}]}}, {list: {elements: [{k: b, v: over}, {k: c, v: over}]}}]}}]\n" + template("{{k}}", "{{v}}", "", ""), `Application argocd/a own /
Application argocd/b over /
`},
		{"deep", "  generators: [{matrix: {generators: [{matrix: {generators: [{matrix: {generators: [{matrix: {generators: [{matrix: {generators: [{list: {}}, {list: {}}]}}, {list: {}}]}}, {list: {}}]}}, {list: {}}]}}, {list: {}}]}}]\n" + template("a", "a", "", ""),
			"error: more than 4 of its generators stand in one another\n"},
		{"own template", "  generators: [{list: {elements: [{a: x}], template: {metadata: {}, spec: {destination: {namespace: own}}}}}]\n" + template("{{a}}", "p", "c", "all"), "Application argocd/x p c/own\n"},
		{"patch", "  generators: [{list: {elements: [{a: x}]}}]\n  templatePatch: |\n    spec: {destination: {namespace: '{{a}}', name: null}}\n" + template("{{a}}", "p", "c", "all"), "Application argocd/x p /x\n"},
		{"no name", "  generators: [{list: {elements: [{a: x}]}}]\n" + template("", "p", "c", "all"), "error: its template names no Application\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, expanded(t, c.spec)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestMany: an ApplicationSet makes no more Applications than somebody could want.
func TestMany(t *testing.T) {
	t.Parallel()
	list := "{list: {elements: [" + strings.Repeat("{a: x},", 40) + "]}}"
	other := strings.ReplaceAll(list, "a:", "b:")
	got := expanded(t, "  generators: [{matrix: {generators: ["+list+", "+other+"]}}]\n"+template("a", "a", "", ""))
	if got != "error: it generates more than 1000 Applications\n" {
		t.Error(got)
	}
}

func TestSameRepository(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{ours, "git@git.example.com:shop/deploy.git", true}, {ours, "ssh://git@GIT.example.com:22/shop/deploy", true}, {ours, "https://user:word@git.example.com/shop/deploy/", true},
		{ours, "https://git.example.com/shop/deploy2", false}, {ours, "https://git.example.org/shop/deploy", false}, {"", "", false}, {"%zz", "%zz", false},
	} {
		if got := deploy.SameRepository(c.a, c.b); got != c.same {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}

// TestIncludes: patterns of directory sources.
func TestIncludes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		include, exclude, name string
		want                   bool
	}{
		{"", "", "a.yaml", true}, {"*.yaml", "", "a/b.yaml", true}, {"{a/*,b/*}", "", "b/c.yaml", true}, {"{a/*,b/*}", "", "c/c.yaml", false},
		{"", "config.json", "config.json", false}, {"*.yaml", "env-*", "env-a.yaml", false}, {"?.yaml", "", "ab.yaml", false}, {"**/a.yaml", "", "a.yaml", true},
	} {
		if got := deploy.Includes(c.include, c.exclude, c.name); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// FuzzParse: whatever a file has, it is read or refused, and what it makes is bounded.
func FuzzParse(f *testing.F) {
	f.Add("apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\nspec: {generators: [{git: {repoURL: 'https://git.example.com/shop/deploy', files: [{path: '**'}]}}], template: {metadata: {name: '{{path}}'}}}\n")
	f.Add("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {helm: {parameters: [{name: a, value: 'b,c'}], valuesObject: {a: 1}}}}\n")
	f.Add("apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec: {chart: {spec: {chart: ./a}}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := deploy.Parse(deploy.Document{File: "a.yaml", Line: 1, Text: []byte(text)})
		if err != nil || p.Set == nil {
			return
		}
		e, err := p.Set.Expand(deploy.Place{Files: repository, Local: func(string) bool { return true }, Templates: none{}})
		if err == nil && len(e.Deployments) > 1000 {
			t.Errorf("%d Applications", len(e.Deployments))
		}
	})
}

// none renders no templates.
type none struct{}

// Render implements deploy.Templates.
func (none) Render(texts []string, parameters []map[string]any) ([][]string, error) {
	out := make([][]string, len(parameters))
	for i := range out {
		out[i] = slices.Clone(texts)
	}
	return out, nil
}
