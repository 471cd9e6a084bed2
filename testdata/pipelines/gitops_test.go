package pipelines

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// rendering is one command by which Argo CD or Flux would render a source, in a copy of the repository: the
// program and its arguments, and the namespace of objects that name none.
type rendering struct {
	program string
	args    []string
	into    string
	// edits are arguments of kustomize that Argo CD runs before, in the directory.
	edits [][]string
	// file is read as it is, in the place of a command.
	file string
}

// deployedThere is what is deployed to each environment of testdata/gitops, as it would be rendered.
var deployedThere = map[string][]rendering{
	"argocd dev": {
		shop("pay", "dev", "PERMISSIVE", "8080", "for Pay", "true"), shop("web", "dev", "PERMISSIVE", "9090", "for Web", "false"), policies("dev"),
	},
	"argocd prod": {
		shop("pay", "prod", "STRICT", "8080", "for Pay", "true"), shop("web", "prod", "STRICT", "9090", "for Web", "false"), policies("prod"),
		{file: "plain/app.yaml", into: "legacy"}, {file: "plain/jobs/night.yaml", into: "legacy"},
	},
	"flux dev": {
		fluxApps("dev"), fluxMesh("dev"), {file: "settings-dev.yaml"}, {file: "repository.yaml"},
	},
	"flux prod": {
		fluxApps("prod"), fluxMesh("prod"), {file: "settings-prod.yaml"}, {file: "repository.yaml"},
		{program: "helm", args: []string{"template", "shop-web", "charts/web", "-n", "shop", "--set", "port=9090"}, into: "shop"},
	},
}

func shop(release, env, mode, port, note, sidecar string) rendering {
	return rendering{program: "helm", into: "shop", args: []string{
		"template", release, "charts/shop", "-n", "shop", "-f", "charts/shop/values-" + env + ".yaml", "--set-string", "labels.version=1", "--set", "policy.mode=" + mode,
		"--set", "port=" + port, "--set", "note=" + note + `\, of ` + release + "-" + env, "--set", "sidecar=" + sidecar,
	}}
}

func policies(env string) rendering {
	return rendering{program: "kustomize", args: []string{"build", "policies/" + env}, into: "istio-system", edits: [][]string{
		{"edit", "set", "namesuffix", "--", "-v1"}, {"edit", "set", "image", "probe=registry.example.com/probe:2"}, {"edit", "add", "label", "stage:" + env, "--force"},
	}}
}

// fluxApps is the kustomization that the controller of Flux writes, which has options that kustomize edit has not.
func fluxApps(env string) rendering {
	return rendering{program: "kustomize", args: []string{"build", "apps/" + env}, into: "shop", edits: [][]string{
		{"edit", "set", "namespace", "shop"},
		{"edit", "add", "patch", "--kind", "Deployment", "--name", "pay", "--patch", `[{"op": "replace", "path": "/spec/replicas", "value": 3}]`},
	}}
}

func fluxMesh(env string) rendering {
	return rendering{program: "kustomize", args: []string{"build", "mesh"}, edits: [][]string{
		{"create", "--autodetect"}, {"edit", "add", "label", "stage:" + env, "--without-selector"},
	}}
}

// substituted are the variables of Flux in testdata/gitops/flux.
func substituted(text, env string) string {
	mode := map[string]string{"dev": "PERMISSIVE", "prod": "STRICT"}[env]
	return strings.NewReplacer("$${stage}", "${stage}", "${stage}", env, "${mode}", mode, "${tag:=1}", "1").Replace(text)
}

// TestGitOps: what a repository deploys to an environment is, object by object, what helm and kustomize print
// with the arguments that Argo CD and Flux give them.
func TestGitOps(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "deployed")
	if _, err := goTool(root, "build", "-o", program, "./testdata/deployed"); err != nil {
		t.Fatal(err)
	}
	programs := map[string]string{"helm": helm(t), "kustomize": kustomize(t)}
	for name, renderings := range deployedThere {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			repository, env, _ := strings.Cut(name, " ")
			environment := plain("HOME=" + t.TempDir())
			got := execute(t, root+"/testdata/gitops", environment, program, repository, env)
			if got.code != 0 {
				t.Fatalf("%s", got.stderr)
			}
			var want []string
			for _, r := range renderings {
				want = append(want, r.objects(t, repository, env, environment, programs)...)
			}
			ours := slices.DeleteFunc(strings.Split(got.stdout, "\n"), func(line string) bool { return line == "" })
			slices.Sort(ours)
			slices.Sort(want)
			for _, o := range ours {
				if !slices.Contains(want, o) {
					t.Errorf("only mtlsctl has %s", o)
				}
			}
			for _, o := range want {
				if !slices.Contains(ours, o) {
					t.Errorf("mtlsctl does not have %s", o)
				}
			}
			if len(ours) != len(want) || len(want) < 5 {
				t.Errorf("%d objects, %d wanted", len(ours), len(want))
			}
		})
	}
}

// objects are those of one rendering, as JSON.
func (r rendering) objects(t *testing.T, repository, env string, environment []string, programs map[string]string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(root+"/testdata/gitops/"+repository)); err != nil {
		t.Fatal(err)
	}
	var text string
	switch {
	case strings.HasPrefix(r.file, "settings-"):
		mode := map[string]string{"dev": "PERMISSIVE", "prod": "STRICT"}[env]
		text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\ndata: {mode: " + mode + "}\n"
	case r.file == "repository.yaml":
		text = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {interval: 1m, url: \"ssh://git@git.example.com/shop/fleet\"}\n"
	case r.file != "":
		data, err := os.ReadFile(filepath.Join(dir, r.file))
		if err != nil {
			t.Fatal(err)
		}
		text = string(data)
	default:
		for _, edit := range r.edits {
			if done := execute(t, filepath.Join(dir, r.args[1]), environment, programs[r.program], edit...); done.code != 0 {
				t.Fatalf("%v: %s", edit, done.stderr)
			}
		}
		done := execute(t, dir, environment, programs[r.program], r.args...)
		if done.code != 0 {
			t.Fatalf("%v: %s", r.args, done.stderr)
		}
		text = done.stdout
	}
	if repository == "flux" {
		text = substituted(text, env)
	}
	var list []string
	for document := range strings.SplitSeq("\n"+text, "\n---\n") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		if len(object) == 0 {
			continue
		}
		metadata, _ := object["metadata"].(map[string]any)
		if metadata["namespace"] == nil && object["kind"] != "Namespace" && r.into != "" {
			metadata["namespace"] = r.into
		}
		data, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(data))
	}
	return list
}
