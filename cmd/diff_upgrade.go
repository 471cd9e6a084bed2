package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// upgradeFlags name the versions of Istio before and after an upgrade.
type upgradeFlags struct {
	from, to []string
	// alone is true where the upgrade is all that changes: both sides are of one input.
	alone bool
}

func (f *upgradeFlags) add(c *cobra.Command) {
	c.Flags().StringSliceVar(&f.from, "istio-from", nil, "BASE runs Istio `VERSION`, or REVISION=VERSION for one control plane (default: as with --istio)")
	c.Flags().StringSliceVar(&f.to, "istio-to", nil, "HEAD runs Istio `VERSION`, or REVISION=VERSION; without HEAD and changes, show what this upgrade changes by itself")
	console.Completes(c, "istio-from", console.NoFiles)
	console.Completes(c, "istio-to", console.NoFiles)
}

func (f *upgradeFlags) asked() bool { return len(f.from)+len(f.to) > 0 }

// before and after are what --istio says with the versions of a side over it.
func (f *upgradeFlags) before(versions []string) []string { return slices.Concat(versions, f.from) }
func (f *upgradeFlags) after(versions []string) []string  { return slices.Concat(versions, f.to) }

// completeUpgrade finds out what is compared where versions of Istio are given.
func (o *diffOptions) completeUpgrade(args []string) (err error) {
	if err := console.FirstError(input.ValidVersions("--istio-from", o.upgrade.from), input.ValidVersions("--istio-to", o.upgrade.to)); err != nil {
		return err
	}
	switch {
	case len(o.upgrade.to) == 0:
		return console.Usage("mtlsctl diff --istio-from 1.30 --istio-to 1.31 -f DIR compares two versions", "--istio-from needs --istio-to")
	case len(o.remove) > 0 || o.prune != "" || o.plan.folder != "":
		return console.Usage("compare the upgrade first, then the change with --istio", "--istio-to shows an upgrade: do not use it with --delete, --prune-selector or --plan")
	case len(args) > 0 && o.input.ReadsFiles():
		return console.Usage("mtlsctl diff --istio-to VERSION -f FILE compares the upgrade of the files; apply a change in a second diff with --istio VERSION", "--istio-to shows an upgrade: with BASE there is nothing to apply -f, -k or --helm to")
	case len(args) == 2:
		return o.completeSides(args)
	case len(args) > 2:
		return console.Usage("", "diff takes two arguments, but got %q", args)
	}
	o.upgrade.alone = true
	word := "cluster"
	if len(args) == 1 {
		word = args[0]
	}
	if o.base, err = input.ParseSide(word); err == nil && o.input.ReadsFiles() {
		o.base = input.SideWord{File: o.input.Paths()[0]}
	}
	o.base.Word = strings.TrimSpace("Istio " + strings.Join(o.upgrade.from, ","))
	return err
}

// upgraded is the head of an upgrade: the base with other versions.
func (o *diffOptions) upgraded(base *side, in *source.Input) *side {
	flags, after := *base.Flags, *in
	flags.Istio = o.upgrade.after(o.input.Istio)
	after.Objects = base.objects
	return o.newSide("Istio "+strings.Join(o.upgrade.to, ","), &flags, &after, nil)
}
