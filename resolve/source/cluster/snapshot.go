package cluster

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	sigsyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve/public"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// WriteSnapshot writes what was read of a cluster as YAML that reads back as the
// same Input. The Input must have been read with Options.Keep; full also
// keeps what no answer depends on, and values that are nobody else's: without it there
// are tokens in their place. Secrets are never in it.
func WriteSnapshot(w io.Writer, in *source.Input, full bool) error {
	c := cleaner{full: full, tokens: tokens{}, known: hostsOf(in.Objects)}
	documents, err := c.documents(in)
	if err != nil {
		return err
	}
	spec := manifest.SnapshotSpec{Cluster: *in.Cluster, Objects: map[string]int{}, Told: c.problems, Proxies: in.Proxies}
	spec.Defaults = public.WithoutUser(spec.Defaults)
	spec.Gaps = slices.Clone(spec.Gaps)
	for i := range spec.Gaps {
		spec.Gaps[i].Reason = public.WithoutUser(spec.Gaps[i].Reason)
	}
	var texts bytes.Buffer
	for _, d := range documents {
		text, err := sigsyaml.Marshal(d.body)
		if err != nil {
			return err
		}
		spec.Objects[manifest.DocumentKind(text)]++
		fmt.Fprintf(&texts, "---\n%s", text)
	}
	head, err := spec.Text()
	if err != nil {
		return err
	}
	spec.Digest = manifest.DigestOf(append(head, texts.Bytes()...))
	if head, err = spec.Text(); err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err = texts.WriteTo(w)
	return err
}
