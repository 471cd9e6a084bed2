package helm

import (
	"strings"
	"time"
)

// File is a file of a chart, by its path from the directory of the chart, with slashes.
type File struct {
	Name string
	Data []byte
}

// Release is a chart and what it is rendered with. The zero Release is no chart.
type Release struct {
	// Name and Namespace are those of the release; without a Name it is called as the chart is.
	Name, Namespace string
	// Chart are its files; or one file, where Archive says so: the chart as helm package packs it.
	Chart   []File
	Archive bool
	// Values are files of values over the chart's own, the last wins; Set are values over all of
	// them, as helm --set takes them.
	Values []File
	Set    []string
	// SetString and SetFile are over these: KEY=VALUE as helm --set-string takes it, and a file that is
	// the value of the key that is its name.
	SetString []string
	SetFile   []File
	// KubeVersion is the version of Kubernetes that templates see; "" is a current one, and the
	// chart's own demand of a version is not checked then.
	KubeVersion string
	// APIVersions are versions, such as monitoring.coreos.com/v1, that templates see beside those of
	// Kubernetes and Istio.
	APIVersions []string
	// Tests keeps what only helm test applies: whoever applies the output of helm template applies it
	// too. NoHooks leaves out all hooks, NoCRDs the directory crds/.
	Tests, NoHooks, NoCRDs bool
	// ApplicationSet has the functions that Argo CD adds for the templates of ApplicationSets.
	ApplicationSet bool
	// Most is the most bytes that it may render to.
	Most int64
}

// Rendered is what a release installs.
type Rendered struct {
	// Name is the chart's, Release the release's.
	Name, Release string
	// Library is true for a chart that others use: it installs nothing.
	Library   bool
	Templates []Template
	// Missing are the dependencies that the chart names, and that its values want, but that are not in
	// charts/: "redis 1.2.3 of https://charts.example.com".
	Missing []string
	// Unchecked is true where values were not compared with a schema because it refers to others.
	Unchecked bool
}

// Template is what one file of the chart renders to.
type Template struct {
	// Name is the file, from the directory of the chart.
	Name string
	Text []byte
	// Lines are the lines of the file that the lines of Text come from; nil where nobody knows.
	Lines []int
}

// Limits are those of one chart. The zero value of a field is its default.
type Limits struct {
	// Time is how long it may take, 30 seconds.
	Time time.Duration
	// Memory is how many bytes the process that renders it may use, 512 MiB.
	Memory int64
	// Output is how many bytes it may render to, 64 MiB.
	Output int64
}

func (l Limits) withDefaults() Limits {
	if l.Time <= 0 {
		l.Time = 30 * time.Second
	}
	if l.Memory <= 0 {
		l.Memory = 512 << 20
	}
	if l.Output <= 0 {
		l.Output = 64 << 20
	}
	return l
}

// Error is why a chart is not rendered: a sentence that begins with no capital letter.
type Error struct {
	Reason string
	// At is the place in the chart that Helm blames: templates/pay.yaml:3. "" is none.
	At string
}

// Error implements error.
func (e *Error) Error() string {
	if e.At != "" {
		return e.At + ": " + e.Reason
	}
	return e.Reason
}

// oneLine is a text of several lines as a sentence.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
