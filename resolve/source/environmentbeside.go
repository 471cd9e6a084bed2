package source

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/source/deploy"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// listBeside lists what is read beside what is deployed: what else o names, and the files of the repositories
// that nothing deploys, where there is but one environment that somebody may apply them to.
func (e *Environments) listBeside(ctx context.Context, o Options) (*listing, error) {
	rest := o
	rest.Files = slices.DeleteFunc(slices.Clone(o.Files), func(name string) bool {
		return slices.ContainsFunc(e.repos, func(r *repository) bool { return r.word == name })
	})
	if len(e.List) > 1 {
		l, err := listTexts(ctx, rest)
		if err == nil {
			l.notes = append(l.notes, e.leftOut(rest.Files)...)
		}
		return l, err
	}
	rest.Files = o.Files
	var dirs []string
	for _, r := range e.repos {
		dirs = append(dirs, e.dirs(r)...)
	}
	rest.deployed = dirs
	l, err := listTexts(ctx, rest)
	if err != nil {
		return nil, err
	}
	isDeployed := func(name string) bool {
		return slices.ContainsFunc(dirs, func(dir string) bool { return isUnder(dir, name) })
	}
	l.texts = slices.DeleteFunc(l.texts, func(t text) bool { return !t.named && isDeployed(t.name) })
	l.kustomizations = slices.DeleteFunc(l.kustomizations, func(k kustomization) bool { return isDeployed(k.name) })
	for i := range l.texts {
		if open := l.texts[i].open; open != nil {
			l.texts[i].open = func() ([]byte, error) { return withoutDeployers(open) }
		}
	}
	return l, nil
}

// withoutDeployers is a text without what deploys others, which was read.
func withoutDeployers(open func() ([]byte, error)) ([]byte, error) {
	data, err := open()
	if err != nil || !deploy.Mentions(data) {
		return data, err
	}
	rest := data
	for _, doc := range manifest.Split("", data) {
		if !deploy.Mentions(doc.Data) {
			continue
		}
		if parsed, err := deploy.Parse(deploy.Document{Text: doc.Data}); err == nil && (len(parsed.Deployments) > 0 || parsed.Set != nil) {
			rest = without(rest, doc)
		}
	}
	return rest, nil
}

// leftOut tells which files hold what decides about mTLS, and are neither deployed nor named: to which
// environment somebody applies them nobody knows.
func (e *Environments) leftOut(named []string) []manifest.Note {
	var notes []manifest.Note
	for _, r := range e.repos {
		left := e.leftOf(r, named)
		if len(left) == 0 {
			continue
		}
		message := "1 file with workloads or Istio configuration is deployed to none of the environments, and not read: "
		if len(left) > 1 {
			message = fmt.Sprintf("%d files with workloads or Istio configuration are deployed to none of the environments, and not read: ", len(left))
		}
		const most = 5
		message += strings.Join(left[:min(len(left), most)], ", ")
		if len(left) > most {
			message += fmt.Sprintf(" and %d more", len(left)-most)
		}
		notes = append(notes, manifest.Note{Message: message, Hint: "-f FILE reads one in every environment; --no-render reads all files as they are", Unread: true})
	}
	return notes
}

// leftOf are those files of a repository.
func (e *Environments) leftOf(r *repository, named []string) (left []string) {
	dirs := e.dirs(r)
	for _, name := range r.names {
		shown := r.shown(name)
		if !isManifest(name) || r.isTemplate(name) || slices.ContainsFunc(named, func(n string) bool { return identity(n) == identity(shown) }) ||
			slices.ContainsFunc(dirs, func(dir string) bool { return isUnder(dir, shown) }) {
			continue
		}
		if text, err := r.read(name); err == nil && decides.Match(text) {
			left = append(left, shown)
		}
	}
	return left
}

// aside tells that environments were found, and are not what the files are for.
func (e *Environments) aside() manifest.Note {
	return manifest.Note{
		Message: fmt.Sprintf("the files deploy to %d environments (%s), but most of them to none: all are read as they are", len(e.List), strings.Join(e.Names(), ", ")),
		Hint:    "--environment NAME answers for one, mtlsctl environments lists them",
	}
}

// decides finds objects that may decide about mTLS: workloads, and configuration of Istio.
var decides = regexp.MustCompile(`(?m)^apiVersion:\s*["']?(security|networking)\.istio\.io/|^kind:\s*["']?(Deployment|StatefulSet|DaemonSet|Pod|Job|CronJob|Rollout|ReplicaSet)["']?\s*$`)
