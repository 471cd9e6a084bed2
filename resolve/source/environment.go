package source

import (
	"cmp"
	"maps"
	slashpath "path"
	"slices"
	"strings"
)

// Environment is what a repository deploys to one cluster: a world of its own. The zero Environment is none.
type Environment struct {
	// Name is that of the cluster, or what tells it from others of the same cluster.
	Name string
	// Deployments are what deploys to it.
	Deployments []Deployed

	members []*deployed
}

// Deployed is a deployment as it is told.
type Deployed struct {
	// Kind is Application, Kustomization, HelmRelease or Overlay: a kustomization that somebody applies.
	Kind, Namespace, Name string
	// File and Line are where it is written; Set is the ApplicationSet that it is made of.
	File string
	Line int
	Set  string
	// Sources are the directories that it deploys, Renderers what makes objects of each: helm, kustomize
	// or directory. Into is the namespace of objects that name none, Cluster where it deploys to.
	Sources, Renderers []string
	Into, Cluster      string
	// Objects is how many it deploys; Missing are what of it could not be read.
	Objects   int
	Missing   []string
	Suspended bool
}

// ownCluster is the name of the cluster in which the deployments themselves are.
const ownCluster = "in-cluster"

// environments are the worlds of the deployments, by name. Those of one cluster that deploy an object
// each of its own by the same name cannot be in one: they are told apart by what they are called.
func (d *discovery) environments() []Environment {
	if len(d.raw) == 0 || d.overlaid { // each overlay is one by itself
		var out []Environment
		for _, one := range d.all {
			out = append(out, Environment{Name: one.Name, Deployments: []Deployed{one.told()}, members: []*deployed{one}})
		}
		return out
	}
	clusters := map[string][]*deployed{}
	seen := map[string]bool{}
	for _, one := range d.all {
		if key := one.content(); seen[key] {
			continue // it is deployed by another one, and found in a file too
		} else {
			seen[key] = true
		}
		if len(one.texts)+len(one.missing) > 0 || one.Suspended {
			clusters[one.cluster()] = append(clusters[one.cluster()], one)
		}
	}
	var out []Environment
	for _, name := range slices.Sorted(maps.Keys(clusters)) {
		if !slices.ContainsFunc(clusters[name], (*deployed).appliesObjects) {
			continue // it is where Argo CD is, which deploys to others
		}
		for key, members := range split(clusters[name]) {
			e := Environment{Name: name, members: members}
			switch {
			case key != "" && name == ownCluster:
				e.Name = key
			case key != "":
				e.Name = name + "/" + key
			}
			for _, m := range members {
				e.Deployments = append(e.Deployments, m.told())
			}
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b Environment) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// cluster is where it deploys to: where it says so, else where that is which deploys it.
func (d *deployed) cluster() string {
	for p := d; p != nil; p = p.parent {
		if p.Cluster != "" {
			return p.Cluster
		}
		if d.Kind != "HelmRelease" && d.Kind != "Kustomization" {
			break // an Application is in the cluster of Argo CD, wherever what deploys it deploys
		}
	}
	return ownCluster
}

// appliesObjects reports whether it deploys more than what deploys others, as far as that is known.
func (d *deployed) appliesObjects() bool {
	return len(d.missing) > 0 || d.Suspended || slices.ContainsFunc(d.heads, func(h deployedHead) bool { return !h.deploys })
}

func (d *deployed) told() Deployed {
	return Deployed{
		Kind: d.Kind, Namespace: d.Namespace, Name: d.Name, File: d.File, Line: d.Line, Set: d.Set, Sources: d.dirs, Renderers: d.renderers,
		Into: d.Into, Cluster: d.cluster(), Objects: len(d.heads), Missing: d.missing, Suspended: d.Suspended,
	}
}

// content is equal for deployments of one name that deploy the same.
func (d *deployed) content() string {
	parts := []string{d.Kind, d.Name, d.Set, d.cluster(), d.Into, strings.Join(d.dirs, "\n"), strings.Join(d.missing, "\n")}
	for _, h := range d.heads {
		parts = append(parts, h.text)
	}
	if d.Kind != "Application" { // of which the namespace may be that of what deploys it
		parts = append(parts, d.Namespace, d.root().File)
	}
	return strings.Join(parts, "\x00")
}

// stages are the labels by which people say which environment something is of.
var stages = []string{"environment", "env", "stage", "app.kubernetes.io/environment"}

func (d *deployed) stage() string {
	for _, label := range stages {
		if value := d.Labels[label]; value != "" {
			return value
		}
	}
	return ""
}

func (d *deployed) base() string {
	if len(d.Sources) == 0 {
		return ""
	}
	return strings.Trim(slashpath.Base(slashpath.Clean("/"+d.Sources[0].Path)), "/.")
}

// tellsApart are what may tell deployments apart that cannot be in one world, the best first.
var tellsApart = []func(*deployed) string{
	(*deployed).stage,
	func(d *deployed) string { return d.root().stage() },
	func(d *deployed) string { return d.root().base() },
	(*deployed).base,
	func(d *deployed) string { return d.root().Name },
	func(d *deployed) string { return d.Name },
	func(d *deployed) string { return d.root().File },
}

// split makes worlds of the deployments of one cluster. "" is the only one.
func split(all []*deployed) map[string][]*deployed {
	pairs := conflicts(all)
	if len(pairs) == 0 {
		return map[string][]*deployed{"": all}
	}
	key := func(*deployed) string { return "" }
	for _, tells := range tellsApart {
		if !slices.ContainsFunc(pairs, func(p [2]*deployed) bool { return tells(p[0]) == tells(p[1]) || tells(p[0]) == "" || tells(p[1]) == "" }) {
			key = tells
			break
		}
	}
	keys := map[string]bool{}
	for _, p := range pairs {
		keys[key(p[0])], keys[key(p[1])] = true, true
	}
	out := map[string][]*deployed{}
	for _, one := range all {
		if own := key(one); keys[own] {
			out[own] = append(out[own], one)
			continue
		}
		for k := range keys { // nothing says that it is of one of them only
			out[k] = append(out[k], one)
		}
	}
	return out
}

// mostConflicts is how many pairs are looked at: a few tell what the others do.
const mostConflicts = 2000

// conflicts are pairs of deployments which each deploy an object, or are one, of the same name that is not the same.
func conflicts(all []*deployed) [][2]*deployed {
	type owner struct {
		of   *deployed
		text string
	}
	var pairs [][2]*deployed
	owners := map[string][]owner{}
	seen := map[[2]*deployed]bool{}
	add := func(ref, text string, of *deployed) {
		for _, other := range owners[ref] {
			pair := [2]*deployed{other.of, of}
			if other.of != of && other.text != text && !seen[pair] && len(pairs) < mostConflicts {
				seen[pair] = true
				pairs = append(pairs, pair)
			}
		}
		owners[ref] = append(owners[ref], owner{of, text})
	}
	for _, one := range all {
		if one.Kind != "Overlay" {
			add(one.Kind+" "+one.Namespace+"/"+one.Name, strings.Join(one.dirs, "\n"), one)
		}
		for _, h := range one.heads {
			if !h.shared {
				add(h.ref, h.text, one)
			}
		}
	}
	return pairs
}

// Manifest is a text that is deployed, and the namespace of the objects in it that name none, "" for that of
// whoever applies it. What deploys others is left out of the text.
type Manifest struct {
	Text      []byte
	Namespace string
}

// Manifests are what is deployed to the environment, in its order.
func (e *Environment) Manifests() []Manifest {
	var list []Manifest
	for _, m := range e.members {
		for _, t := range m.texts {
			if data, err := t.open(); err == nil { // what cannot be opened is a problem of the deployment
				list = append(list, Manifest{data, t.namespace})
			}
		}
	}
	return list
}
