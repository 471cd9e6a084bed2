package mesh_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/change"
)

// TestReplaceIsWhole: what kubectl replace puts there is all that is there, also of
// what somebody else wrote; its age stays.
func TestReplaceIsWhole(t *testing.T) {
	t.Parallel()
	base := runningCluster()
	web := base[1].Value.(*resolve.Controller)
	web.Template.Labels["sidecar.istio.io/inject"] = "false"
	web.Annotations = map[string]string{lastApplied: "{}"}
	web.CreationTimestamp = metav1.NewTime(time.Unix(100, 0))
	plain := webDeployment(map[string]string{"app": "web"}, nil)
	head, _ := change.Change{Replace: []resolve.Object{plain}}.To(base)
	got := head[len(head)-1].Value.(*resolve.Controller)
	if _, kept := got.Template.Labels["sidecar.istio.io/inject"]; kept || !got.CreationTimestamp.Equal(&web.CreationTimestamp) {
		t.Errorf("the replaced workload has the labels %v, made %s", got.Template.Labels, got.CreationTimestamp)
	}
	if want := "Namespace/shop Service/web Deployment/web"; kinds(head) != want {
		t.Errorf("another template leaves\n%s\nwant\n%s", kinds(head), want)
	}
}

// TestApplyFillsParts: a workload without containers is a part of the one that is there,
// as server-side apply has it.
func TestApplyFillsParts(t *testing.T) {
	t.Parallel()
	part := webDeployment(map[string]string{"sidecar.istio.io/inject": "true"}, nil)
	part.Value.(*resolve.Controller).Template.Spec.Containers = nil
	base := runningCluster()
	for i := range base {
		base[i].Origin.File = "base.yaml"
	}
	head, _ := change.Change{Apply: []resolve.Object{part}}.To(base)
	got := head[len(head)-1].Value.(*resolve.Controller)
	if got.Template.Labels["app"] != "web" || got.Template.Labels["sidecar.istio.io/inject"] != "true" || len(got.Template.Spec.Containers) != 1 {
		t.Errorf("a part applied leaves the labels %v and %d containers", got.Template.Labels, len(got.Template.Spec.Containers))
	}
}
