// Package apiserver holds mtlsctl against a real kube-apiserver and etcd: the
// stories of testdata/mesh become live objects, and the mtlsctl binary, run as a
// user runs it, has to say about the cluster what it says about the files.
//
// It builds both servers and kubectl from source on first need and keeps them outside
// the repository; KUBEBUILDER_ASSETS names a folder that has them already. Nothing is
// mocked but the network: a proxy between mtlsctl and the API server expires
// pages, is busy, trickles, cuts and goes away.
package apiserver
