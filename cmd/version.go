package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// version is set by the linker for a release: -X github.com/mtlsctl/mtlsctl/cmd.version=v1.2.3
var version string

func newVersion(s console.Streams) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version, and the Istio versions whose rules it knows",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v, commit := buildVersion()
			_, err := fmt.Fprintf(s.Out, "version  %s\ncommit   %s\ngo       %s\nrules    Istio %s\n%s", v, commit, runtime.Version(), release.Newest(), judgements())
			return console.InputError(err)
		},
	}
}

// judgements are the releases of Istio, and how their rules are known.
func judgements() string {
	var judged, others []string
	for _, r := range release.All() {
		if r.Judge == "" {
			others = append(others, r.String())
			continue
		}
		judged = append(judged, fmt.Sprintf("%s (compared with its code of %s)", r, r.On))
	}
	return fmt.Sprintf("judged   %s\nknown    %s (from release notes and source, not judged)\n", strings.Join(judged, ", "), strings.Join(others, ", "))
}

// buildVersion prefers what the linker set, then what the go command recorded.
func buildVersion() (v, commit string) {
	v, commit = version, "unknown"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v, commit
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			commit = setting.Value
		}
	}
	if v == "" {
		v = info.Main.Version
	}
	if v == "" {
		v = "(devel)"
	}
	return v, commit
}
