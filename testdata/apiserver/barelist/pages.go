package main

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// pages are the kinds that mtlsctl reads.
func pages(config *rest.Config) ([]page, error) {
	binary := rest.CopyConfig(config)
	binary.ContentType = runtime.ContentTypeProtobuf
	binary.AcceptContentTypes = runtime.ContentTypeProtobuf
	c, err := kubernetes.NewForConfig(binary)
	if err != nil {
		return nil, err
	}
	d, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	core, apps, batch := c.CoreV1(), c.AppsV1(), c.BatchV1()
	all := []page{
		of(core.Namespaces().List), of(core.Pods("").List), of(core.Services("").List), of(core.ServiceAccounts("").List),
		of(c.DiscoveryV1().EndpointSlices("").List), of(core.ReplicationControllers("").List),
		of(apps.Deployments("").List), of(apps.StatefulSets("").List), of(apps.DaemonSets("").List), of(apps.ReplicaSets("").List),
		of(batch.Jobs("").List), of(batch.CronJobs("").List),
		of(c.AdmissionregistrationV1().MutatingWebhookConfigurations().List),
	}
	for _, r := range []schema.GroupVersionResource{
		{Group: "security.istio.io", Version: "v1", Resource: "peerauthentications"},
		{Group: "security.istio.io", Version: "v1", Resource: "requestauthentications"},
		{Group: "security.istio.io", Version: "v1", Resource: "authorizationpolicies"},
		{Group: "networking.istio.io", Version: "v1", Resource: "destinationrules"},
		{Group: "networking.istio.io", Version: "v1", Resource: "sidecars"},
		{Group: "networking.istio.io", Version: "v1", Resource: "serviceentries"},
		{Group: "networking.istio.io", Version: "v1", Resource: "workloadentries"},
		{Group: "networking.istio.io", Version: "v1", Resource: "workloadgroups"},
		{Group: "networking.istio.io", Version: "v1", Resource: "virtualservices"},
		{Group: "networking.istio.io", Version: "v1", Resource: "gateways"},
		{Group: "networking.istio.io", Version: "v1alpha3", Resource: "envoyfilters"},
		{Group: "telemetry.istio.io", Version: "v1", Resource: "telemetries"},
		{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "gateways"},
		{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "httproutes"},
		{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "grpcroutes"},
		{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "tlsroutes"},
		{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "backendtlspolicies"},
	} {
		all = append(all, of(d.Resource(r).List))
	}
	return all, nil
}

// of makes a page of a client's own method.
func of[T runtime.Object](list func(context.Context, metav1.ListOptions) (T, error)) page {
	return func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		return list(ctx, options)
	}
}
