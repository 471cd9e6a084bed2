package apiserver

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// users have a token each, which is their name. Only root may do everything, the
// others may do what a test allows them; bare is for clients that are not mtlsctl.
var users = []string{"root", "bare", "reader", "reduced", "tenant", "granted", "nobody"}

func tokens() string {
	var b strings.Builder
	for _, u := range users {
		groups := ""
		if u == "root" || u == "bare" {
			groups = "system:masters"
		}
		fmt.Fprintf(&b, "%s-token,%s,%s,%q\n", u, u, u, groups)
	}
	return b.String()
}

// way is how to a server: its address, whom to trust and what to show.
type way struct {
	url   string
	ca    []byte
	token string
}

// as is a user's way to the server.
func (s *server) as(user string) way {
	return way{s.config.Host, s.config.CAData, user + "-token"}
}

// client is the configuration of a bare client-go client.
func (w way) client() *rest.Config {
	return &rest.Config{Host: w.url, BearerToken: w.token, TLSClientConfig: rest.TLSClientConfig{CAData: w.ca}, QPS: -1}
}

// kubeconfig is a file with this way as its current context, which is called live.
func (w way) kubeconfig(t *testing.T) string {
	t.Helper()
	c := clientcmdapi.NewConfig()
	c.Clusters["live"] = &clientcmdapi.Cluster{Server: w.url, CertificateAuthorityData: w.ca}
	c.AuthInfos["live"] = &clientcmdapi.AuthInfo{Token: w.token}
	c.Contexts["live"] = &clientcmdapi.Context{Cluster: "live", AuthInfo: "live"}
	c.CurrentContext = "live"
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*c, file); err != nil {
		t.Fatal(err)
	}
	return file
}

// resources are all that mtlsctl reads, by API group.
var resources = map[string][]string{
	"":                             {"namespaces", "nodes", "pods", "services", "endpoints", "serviceaccounts", "replicationcontrollers"},
	"apps":                         {"deployments", "statefulsets", "daemonsets", "replicasets"},
	"batch":                        {"jobs", "cronjobs"},
	"discovery.k8s.io":             {"endpointslices"},
	"security.istio.io":            {"peerauthentications", "requestauthentications", "authorizationpolicies"},
	"networking.istio.io":          {"destinationrules", "sidecars", "serviceentries", "workloadentries", "workloadgroups", "virtualservices", "gateways", "envoyfilters", "proxyconfigs"},
	"telemetry.istio.io":           {"telemetries"},
	"extensions.istio.io":          {"wasmplugins"},
	"gateway.networking.k8s.io":    {"gateways", "gatewayclasses", "httproutes", "grpcroutes", "tcproutes", "tlsroutes", "referencegrants", "backendtlspolicies"},
	"admissionregistration.k8s.io": {"mutatingwebhookconfigurations", "validatingwebhookconfigurations"},
	"apiregistration.k8s.io":       {"apiservices"},
	"networking.k8s.io":            {"ingresses", "ingressclasses", "networkpolicies"},
	"cilium.io":                    {"ciliumnetworkpolicies", "ciliumclusterwidenetworkpolicies"},
	"keda.sh":                      {"scaledobjects", "scaledjobs"},
	"argoproj.io":                  {"analysistemplates", "clusteranalysistemplates"},
	"operator.victoriametrics.com": {"vmservicescrapes", "vmpodscrapes"},
	"route.openshift.io":           {"routes"},
	"projectcontour.io":            {"httpproxies"},
	"traefik.io":                   {"ingressroutes", "ingressroutetcps"},
	"getambassador.io":             {"mappings", "tcpmappings", "tlscontexts"},
	"monitoring.coreos.com":        {"servicemonitors", "podmonitors"},
	"apiextensions.k8s.io":         {"customresourcedefinitions"},
}

// reading is the rules that read everything but the resources named, each with
// its group: "destinationrules.networking.istio.io", "pods".
func reading(without ...string) []rbacv1.PolicyRule {
	rules := []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"get"}}}
	for group, names := range resources {
		kept := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			return slices.Contains(without, strings.TrimSuffix(name+"."+group, "."))
		})
		if len(kept) > 0 {
			rules = append(rules, rbacv1.PolicyRule{APIGroups: []string{group}, Resources: kept, Verbs: []string{"get", "list"}})
		}
	}
	return rules
}

// allow gives a user rules everywhere, or in the namespaces named, in place of
// what the user was allowed before, and waits until the server has heard of it.
func (s *server) allow(t *testing.T, user string, rules []rbacv1.PolicyRule, namespaces ...string) {
	t.Helper()
	s.replace(t, user, rules, namespaces...)
	s.settle(t, user, rules, namespaces)
}

// replace writes a user's role, and binds it when it is new.
func (s *server) replace(t *testing.T, user string, rules []rbacv1.PolicyRule, namespaces ...string) {
	t.Helper()
	meta := metav1.ObjectMeta{Name: user}
	role := &rbacv1.ClusterRole{ObjectMeta: meta, Rules: rules}
	err := s.Create(context.Background(), role)
	if apierrors.IsAlreadyExists(err) {
		if err = s.Update(context.Background(), role); err == nil {
			return
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: user}
	subjects := []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}}
	if len(namespaces) == 0 {
		s.create(t, &rbacv1.ClusterRoleBinding{ObjectMeta: meta, RoleRef: ref, Subjects: subjects})
	}
	for _, ns := range namespaces {
		meta.Namespace = ns
		s.create(t, &rbacv1.RoleBinding{ObjectMeta: meta, RoleRef: ref, Subjects: subjects})
	}
}

// settle waits until the server has heard of a role: each of its resources is
// allowed, and none that it does not name.
func (s *server) settle(t *testing.T, user string, rules []rbacv1.PolicyRule, namespaces []string) {
	t.Helper()
	allowed := map[string]bool{}
	for _, r := range rules {
		for _, name := range r.Resources {
			for _, group := range r.APIGroups {
				allowed[name+"."+group] = slices.Contains(r.Verbs, "list")
			}
		}
	}
	for group, names := range resources {
		for _, name := range names {
			asked := &authorizationv1.ResourceAttributes{Group: group, Resource: name, Verb: "list"}
			if len(namespaces) > 0 {
				asked.Namespace = namespaces[0]
			}
			s.decided(t, user, asked, allowed[name+"."+group])
		}
	}
}

func (s *server) decided(t *testing.T, user string, asked *authorizationv1.ResourceAttributes, want bool) {
	t.Helper()
	for range 200 {
		r := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{User: user, ResourceAttributes: asked}}
		s.create(t, r)
		if r.Status.Allowed == want {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s may list %s: still not %t", user, asked.Resource, want)
}
