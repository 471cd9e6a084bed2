// Package deploy finds in the files of a repository what deploys its other files: Applications and
// ApplicationSets of Argo CD, Kustomizations and HelmReleases of Flux. It describes them, each as a
// Deployment with its sources, and renders nothing: text in, values out.
//
// The way of a document: Parse makes Deployments of it (argo.go, flux.go), or an ApplicationSet
// (set.go), whose generators make sets of parameters (generator.go, gitgenerator.go, combine.go) of
// which its template makes Applications (template.go). All that is read is somebody else's: how much
// is generated is bounded.
package deploy
