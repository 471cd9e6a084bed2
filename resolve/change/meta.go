package change

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// keepMeta gives an applied object what only the cluster knew: its age, its owners,
// and the labels and annotations that the file does not set.
func (a *applying) keepMeta(o, was resolve.Object) {
	if t := o.Value.GetCreationTimestamp(); t.IsZero() || a.live {
		o.Value.SetCreationTimestamp(was.Value.GetCreationTimestamp())
	}
	if len(o.Value.GetOwnerReferences()) == 0 {
		o.Value.SetOwnerReferences(was.Value.GetOwnerReferences())
	}
	if !was.OfCluster() {
		return // a file: what it said is what was applied, and the new one takes its place
	}
	last := lastAppliedOf(was).Metadata
	o.Value.SetLabels(a.mergedKeys(o, "label", o.Value.GetLabels(), was.Value.GetLabels(), last.Labels))
	o.Value.SetAnnotations(a.mergedKeys(o, "annotation", o.Value.GetAnnotations(), was.Value.GetAnnotations(), last.Annotations))
}

// mergedKeys merges labels or annotations and remarks on those of Istio that stay.
func (a *applying) mergedKeys(o resolve.Object, what string, file, cluster, last map[string]string) map[string]string {
	all, kept := merged(file, cluster, last)
	for _, key := range kept {
		a.remarkKept(o, what, key, all[key])
	}
	return all
}

// appliedMeta is what metadata of a last applied file is read.
type appliedMeta struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// lastAppliedText is the part of kubectl's last-applied-configuration that is read.
type lastAppliedText struct {
	Metadata appliedMeta `json:"metadata"`
	Spec     struct {
		Template struct {
			Metadata appliedMeta `json:"metadata"`
		} `json:"template"`
		JobTemplate struct {
			Spec struct {
				Template struct {
					Metadata appliedMeta `json:"metadata"`
				} `json:"template"`
			} `json:"spec"`
		} `json:"jobTemplate"`
		Selector map[string]string `json:"selector"`
		Ports    []struct {
			Port int32 `json:"port"`
		} `json:"ports"`
	} `json:"spec"`
}

// lastAppliedOf says what the file held that an object was last applied from; empty
// where nobody wrote it down.
func lastAppliedOf(o resolve.Object) (last lastAppliedText) {
	if text := o.Value.GetAnnotations()[resolve.LastApplied]; text != "" {
		_ = json.Unmarshal([]byte(text), &last) // what cannot be read says nothing
	}
	return last
}

// merged is what kubectl apply makes of a map: the file's keys, and those of the
// cluster that the last file did not have. kept are the latter, sorted, where they
// mean something to Istio.
func merged(file, cluster, last map[string]string) (all map[string]string, kept []string) {
	all = maps.Clone(file)
	for _, key := range slices.Sorted(maps.Keys(cluster)) {
		_, set := file[key]
		_, dropped := last[key]
		if set || dropped || key == resolve.LastApplied {
			continue
		}
		if all == nil {
			all = map[string]string{}
		}
		all[key] = cluster[key]
		if key == resolve.InjectionLabel || strings.Contains(key, "istio.io/") {
			kept = append(kept, key)
		}
	}
	return all, kept
}

func (a *applying) remarkKept(o resolve.Object, what, key, value string) {
	ref := o.Ref()
	p := resolve.Problem{
		Position: o.Origin.At(""), Ref: ref,
		Message: fmt.Sprintf("%s keeps its %s %s: the file does not set it, and no file that was applied before did", ref, what, setting(what, key, value)),
	}
	if !strings.HasPrefix(what, "pod ") {
		p.Hint = fmt.Sprintf("to remove it: kubectl %s %s %s", strings.Replace(what, "annotation", "annotate", 1), shell.Word(strings.ToLower(ref.Kind.Word())+"/"+ref.Name)+inNamespace(ref), shell.Word(key+"-"))
	}
	a.remarks = append(a.remarks, p)
}

// setting is a label, or an annotation as far as it may be shown.
func setting(what, key, value string) string {
	if strings.HasSuffix(what, "annotation") {
		return public.Setting(key, value)
	}
	return key + "=" + value
}

func inNamespace(r resolve.Ref) string {
	if r.Namespace == "" {
		return ""
	}
	return " -n " + shell.Word(r.Namespace)
}

// remarkInjection says that pods which run keep their proxies, or go on without one,
// whatever becomes of the labels of their namespace.
func (a *applying) remarkInjection(o resolve.Object, was map[string]string) {
	is := o.Value.GetLabels()
	if a.Restart || was[resolve.InjectionLabel] == is[resolve.InjectionLabel] && was[resolve.RevisionLabel] == is[resolve.RevisionLabel] {
		return
	}
	for _, p := range a.base {
		if p.Kind == resolve.KindPod && p.Value.GetNamespace() == o.Value.GetName() {
			a.remarks = append(a.remarks, resolve.Problem{
				Position: o.Origin.At(resolve.Path("metadata", "labels")), Ref: o.Ref(),
				Message: o.Ref().String() + " changes injection; its running pods stay unchanged until they are restarted",
				Hint:    "--restarted shows what they become then",
			})
			return
		}
	}
}
