package source_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mtlsctl/mtlsctl/resolve"
)

func TestAServiceIsReadAsKubectlWould(t *testing.T) {
	t.Parallel()
	in := readString(t, `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  clusterIP: None
  publishNotReadyAddresses: on
  ports:
  - {port: 80, targetPort: 8080}
  - {port: "90", targetPort: http, appProtocol: ~}
  - {port: eighty}
`)
	spec := in.Objects[0].Value.(*corev1.Service).Spec
	if spec.ClusterIP != "None" || !spec.PublishNotReadyAddresses || spec.Ports[0].TargetPort != intstr.FromInt32(8080) ||
		spec.Ports[1].Port != 90 || spec.Ports[1].TargetPort != intstr.FromString("http") || spec.Ports[2].Port != 0 {
		t.Errorf("got %+v", spec)
	}
	wantSummary(t, in, "1 Service default/web",
		`9 problem: spec.ports[1].port "90" is a string where Kubernetes expects a number and rejects anything else`,
		`10 problem: spec.ports[2].port "eighty" where Kubernetes expects a whole number`)
}

func TestEveryControllerHasItsTemplate(t *testing.T) {
	t.Parallel()
	template := "template: {metadata: {labels: {app: web}}, spec: {hostNetwork: true, containers: [{name: a, image: b, ports: [{containerPort: 80}]}]}}"
	tests := map[string]struct {
		text  string
		kind  resolve.Kind
		field resolve.Field
	}{
		"Deployment":            {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3, " + template + "}", resolve.KindDeployment, "spec.template"},
		"StatefulSet":           {"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec: {" + template + "}", resolve.KindStatefulSet, "spec.template"},
		"DaemonSet":             {"apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: web}\nspec: {" + template + "}", resolve.KindDaemonSet, "spec.template"},
		"ReplicaSet":            {"apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web}\nspec: {" + template + "}", resolve.KindReplicaSet, "spec.template"},
		"ReplicationController": {"apiVersion: v1\nkind: ReplicationController\nmetadata: {name: web}\nspec: {" + template + "}", resolve.KindReplicationController, "spec.template"},
		"Job":                   {"apiVersion: batch/v1\nkind: Job\nmetadata: {name: web}\nspec: {" + template + "}", resolve.KindJob, "spec.template"},
		"CronJob":               {"apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: web}\nspec: {jobTemplate: {spec: {" + template + "}}}", resolve.KindCronJob, "spec.jobTemplate.spec.template"},
		"DeploymentConfig":      {"apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nmetadata: {name: web}\nspec: {" + template + "}", resolve.KindDeploymentConfig, "spec.template"},
		"Rollout":               {"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec: {" + template + "}", resolve.KindRollout, "spec.template"},
		"knative Service":       {"apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web}\nspec: {" + template + "}", resolve.KindKnativeService, "spec.template"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := object(t, readString(t, test.text), test.kind).Value.(*resolve.Controller)
			if c.Name != "web" || c.TemplateField != test.field || c.Template.Labels["app"] != "web" || !c.Template.Spec.HostNetwork ||
				c.Template.Spec.Containers[0].Ports[0].ContainerPort != 80 {
				t.Errorf("got %+v", c)
			}
			if name == "Deployment" && (c.Replicas == nil || *c.Replicas != 3) {
				t.Errorf("replicas %v", c.Replicas)
			}
		})
	}
}

func TestAMistypedFieldCostsOnlyItself(t *testing.T) {
	t.Parallel()
	in := readString(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: [a]}\nspec:\n  replicas: many\n  selector: {}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {hostNetwork: \"true\", containers: [{name: web}]}\n")
	wantSummary(t, in, "1 Deployment default/web",
		"3 problem: metadata.labels a list where Kubernetes expects an object",
		`5 problem: spec.replicas "many" where Kubernetes expects a whole number`,
		`9 problem: spec.template.spec.hostNetwork "true" where Kubernetes expects true or false`)
	if in.Objects[0].Value.(*resolve.Controller).Template.Labels["app"] != "web" {
		t.Error("the labels are lost")
	}
}

func TestScrapersAndAggregatedAPIsAreRead(t *testing.T) {
	t.Parallel()
	in := readString(t, `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec:
  namespaceSelector: {matchNames: [a]}
  selector: {matchLabels: {app: web}}
  endpoints: [{port: http}, {targetPort: 9090, scheme: HTTPS, tlsConfig: {caFile: /etc/ca, certFile: /etc/prom-certs/cert-chain.pem}}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.metrics}
spec: {service: {name: metrics, namespace: kube-system}}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.apps}
spec: {group: apps}
`)
	m := object(t, in, resolve.KindServiceMonitor).Value.(*resolve.Monitor)
	if len(m.Endpoints) != 2 || m.Endpoints[0] != (resolve.MonitorEndpoint{Port: "http", Scheme: "http"}) ||
		m.Endpoints[1] != (resolve.MonitorEndpoint{TargetPort: "9090", Scheme: "https", Certificate: true, OfMesh: true}) || m.Namespaces[0] != "a" {
		t.Errorf("got %+v", m)
	}
	a := object(t, in, resolve.KindAPIService).Value.(*resolve.APIService)
	if a.Namespace != "" || a.ServiceName != "metrics" || a.ServicePort != 443 {
		t.Errorf("got %+v", a)
	}
	if n := in.Stats.Objects[resolve.KindAPIService]; n != 1 {
		t.Errorf("%d APIServices, want 1: what the API server answers itself is none", n)
	}
}
