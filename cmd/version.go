package cmd

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// version is set by the linker for a release: -X github.com/mtlsctl/mtlsctl/cmd.version=v1.2.3
var version string

func newVersion(s console.Streams, color *console.ColorFlag) *cobra.Command {
	var output outputFlags
	c := &cobra.Command{
		Use: "version", Short: "Print the version, and the Istio versions whose rules it knows",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := output.complete(); err != nil {
				return err
			}
			return console.InputError(format.Write(s.Out, output.format, render.Version{Version: versions()}, output.options(s, color)))
		},
	}
	output.addFormat(c)
	_ = c.Flags().MarkHidden("no-headers") // it fails only for a flag that is not there
	return c
}

// versions are those of the program, and the releases of Istio with how their rules are known.
func versions() *wire.Version {
	v, commit := buildVersion()
	w := &wire.Version{APIVersion: wire.APIVersion, Kind: "Version", Version: v, Commit: commit, Go: runtime.Version(), Whole: true, Istio: wire.Istio{Newest: release.Newest().String(), Releases: []wire.Release{}}}
	for _, r := range release.All() {
		w.Istio.Releases = append(w.Istio.Releases, wire.Release{Release: r.String(), Compared: r.Judge, On: r.On})
	}
	return w
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
