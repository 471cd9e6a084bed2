package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
)

// IstioVersion is the Istio whose rules the answers follow.
const IstioVersion = "1.31"

// version is set by the linker for a release: -X github.com/mtlsctl/mtlsctl/cmd.version=v1.2.3
var version string

func newVersion(s console.Streams) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version, and the Istio version whose rules it follows",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v, commit := buildVersion()
			_, err := fmt.Fprintf(s.Out, "version  %s\ncommit   %s\ngo       %s\nrules    Istio %s\n", v, commit, runtime.Version(), IstioVersion)
			return console.InputError(err)
		},
	}
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
