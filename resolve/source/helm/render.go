package helm

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
)

// render makes of a release what it installs. It does what helm template does, without a
// cluster, a post-renderer or a plugin.
func render(r *Release) (*Rendered, error) {
	files, err := unpacked(r)
	if err != nil {
		return nil, err
	}
	clean, err := evaluate(r, files, nil)
	if err != nil {
		return nil, err
	}
	if clean.size() > r.Most {
		return nil, &Error{Reason: fmt.Sprintf("it renders to more than %d MiB", r.Most>>20)}
	}
	var found map[string]string
	if again, err := evaluate(r, files, clean.marking()); err == nil {
		found = again.texts
	}
	out := &Rendered{
		Name: clean.chart.Name(), Release: clean.release, Library: clean.chart.Metadata.Type == "library",
		Missing: missing(clean.chart, ""), Unchecked: clean.unchecked,
	}
	slices.Sort(out.Missing) // the loader takes charts/ in any order
	for _, crd := range clean.chart.CRDObjects() {
		if r.NoCRDs {
			break
		}
		if t, ok := r.joined(clean.crd(crd), string(crd.File.Data), upTo(crd.File.Data)); ok {
			out.Templates = append(out.Templates, t)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(clean.texts)) {
		if strings.HasSuffix(key, "NOTES.txt") {
			continue
		}
		text, lines := clean.texts[key], []int(nil)
		if clean.unasked(key) {
			lines = []int{1}
		} else if other, there := found[key]; there {
			if bare, at := linesOf(other); sameLines(bare, text) {
				lines = at
			}
		}
		if t, ok := r.joined(clean.file(key), text, lines); ok {
			out.Templates = append(out.Templates, t)
		}
	}
	return out, nil
}

// unasked reports a template that renders to nothing, or to definitions alone: nobody asks for its
// lines, and to render the definitions of a large chart once more takes as long as all the rest.
func (e *evaluated) unasked(key string) bool {
	text := e.texts[key]
	defined := strings.Count("\n"+text, "\nkind: CustomResourceDefinition\n")
	return (defined > 0 || strings.TrimSpace(text) == "") && len(documents(text)) == defined
}

// marking puts marks into the templates whose lines somebody may ask for.
func (e *evaluated) marking() func(key, source string) (string, bool) {
	return func(key, source string) (string, bool) {
		if e.unasked(key) {
			return "", true
		}
		return marked(key, source)
	}
}

// upTo are the lines of a file that is not rendered.
func upTo(data []byte) []int {
	lines := make([]int, 1+strings.Count(string(data), "\n"))
	for i := range lines {
		lines[i] = i + 1
	}
	return lines
}

// evaluated is a chart after its templates were executed.
type evaluated struct {
	chart   *chart.Chart
	release string
	// texts are what the templates render to, by the names that the engine gives them.
	texts map[string]string
	// folders are the directories of the charts, by the same names; "" is that of the release's own.
	folders   map[string]string
	unchecked bool
}

// evaluate executes the templates of a chart, each changed by rewrite where that is not nil.
func evaluate(r *Release, files []File, rewrite func(key, source string) (string, bool)) (*evaluated, error) {
	values, err := valuesOf(r)
	if err != nil {
		return nil, err
	}
	t, err := load(files)
	if err != nil {
		return nil, err
	}
	e := &evaluated{chart: t.chart, release: r.Name, folders: map[string]string{}}
	if e.release == "" {
		e.release = t.chart.Name()
	}
	if err := chartutil.ProcessDependencies(t.chart, values); err != nil {
		return nil, &Error{Reason: oneLine(err.Error())}
	}
	e.place(t, t.chart)
	capabilities, err := r.capabilities(t.chart)
	if err != nil {
		return nil, err
	}
	e.unchecked = refersElsewhere(t.chart)
	options := common.ReleaseOptions{Name: e.release, Namespace: r.Namespace, Revision: 1, IsInstall: true}
	all, err := util.ToRenderValuesWithSchemaValidation(t.chart, values, options, capabilities, e.unchecked)
	if err != nil {
		return nil, &Error{Reason: oneLine(err.Error())}
	}
	if rewrite != nil {
		rewritten(t.chart, rewrite)
	}
	e.texts, err = engine.Engine{CustomTemplateFuncs: r.functions()}.Render(t.chart, all)
	if err != nil {
		return nil, e.blame(err)
	}
	return e, nil
}

// rewritten changes the templates that are executed by themselves, in a chart and those below.
func rewritten(c *chart.Chart, rewrite func(key, source string) (string, bool)) {
	for _, f := range c.Templates {
		if strings.HasPrefix(path.Base(f.Name), "_") {
			continue
		}
		if text, ok := rewrite(path.Join(c.ChartFullPath(), f.Name), string(f.Data)); ok {
			f.Data = []byte(text)
		}
	}
	for _, d := range c.Dependencies() {
		rewritten(d, rewrite)
	}
}

func (e *evaluated) size() int64 {
	total := 0
	for _, text := range e.texts {
		total += len(text)
	}
	return int64(total)
}

// place notes where the charts below one are: their names are not those of their directories.
func (e *evaluated) place(t *tree, c *chart.Chart) {
	e.folders[c.ChartFullPath()] = t.folder(c)
	for _, d := range c.Dependencies() {
		e.place(t, d)
	}
}

// file is the path of a template of which the engine says the name.
func (e *evaluated) file(key string) string {
	best := ""
	for full := range e.folders {
		if strings.HasPrefix(key, full+"/") && len(full) > len(best) {
			best = full
		}
	}
	return shown(path.Join(e.folders[best], strings.TrimPrefix(key, best+"/")))
}

// crd is the path of a definition in a directory crds/.
func (e *evaluated) crd(of chart.CRD) string { return e.file(filepath.ToSlash(of.Filename)) }

// wrapped are the words that the engine puts around what a chart itself says with fail or required.
var (
	wrapped  = regexp.MustCompile(`HELM_ERR_START|HELM_ERR_END`)
	blamed   = regexp.MustCompile(`([^\s():]+/templates/[^\s():]+):(\d+)(?::\d+)?`)
	preamble = regexp.MustCompile(`^(?:template: |execution error at \(|parse error at \()?([^\s():]+/templates/[^\s():]+):\d+(?::\d+)?\)?:? `)
)

// endless is what the engine says of templates that call themselves.
var endless = regexp.MustCompile(`nested reference name|exceeded maximum template depth`)

// undefined is what the engine says of a template that nobody defines.
var undefined = regexp.MustCompile(`no template ("[^"]+") associated with template`)

// blame is an error of the engine in one line, with the place that it names first.
func (e *evaluated) blame(err error) error {
	text := oneLine(wrapped.ReplaceAllString(err.Error(), ""))
	out := &Error{Reason: preamble.ReplaceAllString(text, "")}
	if m := blamed.FindStringSubmatch(text); m != nil {
		out.At = e.file(m[1]) + ":" + m[2]
	}
	const most = 400
	switch {
	case endless.MatchString(text):
		out.Reason = withoutEnd
	case undefined.MatchString(text):
		out.Reason = fmt.Sprintf("no file of the chart defines the template %s, which it includes", undefined.FindStringSubmatch(text)[1])
	case len(out.Reason) > most:
		out.Reason = strings.ToValidUTF8(out.Reason[:most], "") + "..."
	}
	return out
}

// withoutEnd is said of templates that have no end.
const withoutEnd = "its templates include each other without an end"

// missing are the dependencies that a chart or one below it names and does not hold, after
// those were taken out that values switch off.
func missing(c *chart.Chart, of string) []string {
	var list []string
	held := map[string]bool{}
	for _, d := range c.Dependencies() {
		held[d.Name()] = true
		list = append(list, missing(d, " (a dependency of "+d.Name()+")")...)
	}
	for _, d := range c.Metadata.Dependencies {
		if d == nil || held[d.Name] {
			continue
		}
		word := d.Name
		if d.Version != "" {
			word += " " + d.Version
		}
		if d.Repository != "" {
			word += " of " + d.Repository
		}
		list = append(list, word+of)
	}
	return list
}

// istio are the versions that a cluster with Istio serves beside those of Kubernetes.
var istio = map[string][]string{
	"security.istio.io":   {"v1", "v1beta1"},
	"networking.istio.io": {"v1", "v1beta1", "v1alpha3"},
	"telemetry.istio.io":  {"v1", "v1alpha1"},
	"extensions.istio.io": {"v1alpha1"},
}

// istioKinds are the kinds of these groups: templates ask for group/version/kind too.
var istioKinds = map[string][]string{
	"security.istio.io":   {"PeerAuthentication", "AuthorizationPolicy", "RequestAuthentication"},
	"networking.istio.io": {"DestinationRule", "VirtualService", "Gateway", "ServiceEntry", "Sidecar", "WorkloadEntry", "WorkloadGroup"},
	"telemetry.istio.io":  {"Telemetry"},
	"extensions.istio.io": {"WasmPlugin"},
}

// kubernetes is the version that templates see where nobody says another.
const kubernetes = "v1.36.0"

// capabilities are what templates see as .Capabilities. The error is a chart that demands
// another version of Kubernetes than the one that was said.
func (r *Release) capabilities(c *chart.Chart) (*common.Capabilities, error) {
	out := common.DefaultCapabilities.Copy()
	version, err := common.ParseKubeVersion(kubernetes)
	if r.KubeVersion != "" {
		version, err = common.ParseKubeVersion(r.KubeVersion)
	}
	if err != nil {
		return nil, &Error{Reason: fmt.Sprintf("%q is no version of Kubernetes", r.KubeVersion)}
	}
	if demand := c.Metadata.KubeVersion; demand != "" && r.KubeVersion != "" && !chartutil.IsCompatibleRange(demand, version.String()) {
		return nil, &Error{Reason: fmt.Sprintf("the chart requires Kubernetes %s, not %s", demand, version.Version)}
	}
	out.KubeVersion = *version
	out.APIVersions = slices.Clone(out.APIVersions)
	for _, group := range slices.Sorted(maps.Keys(istio)) {
		for _, v := range istio[group] {
			out.APIVersions = append(out.APIVersions, group+"/"+v)
			for _, kind := range istioKinds[group] {
				out.APIVersions = append(out.APIVersions, group+"/"+v+"/"+kind)
			}
		}
	}
	out.APIVersions = append(out.APIVersions, r.APIVersions...)
	return out, nil
}

// errNoFiles is said of a directory without anything in it that Helm would take.
var errNoFiles = errors.New("no file of the chart can be read")
