package manifest

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// read lists the fields that anybody asks for, of the types that have far more.
// Everything else in them is read past: that is half of the work of reading.
var read = map[reflect.Type][]string{
	reflect.TypeFor[metav1.TypeMeta](): {},
	reflect.TypeFor[metav1.ObjectMeta](): {"name", "generateName", "namespace", "uid", "labels", "annotations",
		"ownerReferences", "creationTimestamp", "deletionTimestamp", "generation", "managedFields"},
	reflect.TypeFor[metav1.ManagedFieldsEntry](): {"manager", "time", "fieldsV1", "subresource"},
	reflect.TypeFor[corev1.PodSpec](): {"hostNetwork", "serviceAccountName", "serviceAccount", "nodeName",
		"initContainers", "containers", "volumes", "nodeSelector", "os", "securityContext"},
	reflect.TypeFor[corev1.Volume]():                {"name", "configMap", "projected"},
	reflect.TypeFor[corev1.ConfigMapVolumeSource](): {"name"},
	reflect.TypeFor[corev1.ProjectedVolumeSource](): {"sources"},
	reflect.TypeFor[corev1.VolumeProjection]():      {"configMap"},
	reflect.TypeFor[corev1.ConfigMapProjection]():   {"name"},
	reflect.TypeFor[corev1.EnvVarSource]():          {"configMapKeyRef"},
	reflect.TypeFor[corev1.ConfigMapKeySelector]():  {"name", "key"},
	reflect.TypeFor[corev1.EnvFromSource]():         {"configMapRef"},
	reflect.TypeFor[corev1.ConfigMapEnvSource]():    {"name"},
	reflect.TypeFor[corev1.PodStatus]():             {"phase", "podIP", "podIPs", "conditions", "containerStatuses", "initContainerStatuses"},
	reflect.TypeFor[corev1.Container](): {"name", "image", "args", "command", "ports", "env", "envFrom", "restartPolicy",
		"securityContext", "livenessProbe", "readinessProbe", "startupProbe"},
	reflect.TypeFor[corev1.ContainerStatus]():          {"name", "ready", "started", "state", "image"},
	reflect.TypeFor[corev1.ContainerState]():           {"running"},
	reflect.TypeFor[corev1.EnvVar]():                   {"name", "value", "valueFrom"},
	reflect.TypeFor[corev1.SecurityContext]():          {"runAsUser", "runAsGroup"},
	reflect.TypeFor[corev1.PodSecurityContext]():       {"runAsUser", "runAsGroup"},
	reflect.TypeFor[corev1.Namespace]():                {"metadata"},
	reflect.TypeFor[corev1.ServiceAccount]():           {"metadata"},
	reflect.TypeFor[admissionv1.WebhookClientConfig](): {"url", "service"},
}

// field is where a field of a struct stands and how it is read.
type field struct {
	index []int
	codec codec
}

var known sync.Map // reflect.Type -> map[string]field

// fieldsOf maps the json names of a struct, inlined ones included, to its fields.
func fieldsOf(t reflect.Type) map[string]field {
	if f, ok := known.Load(t); ok {
		return f.(map[string]field)
	}
	fields := map[string]field{}
	addFields(fields, t, nil)
	known.Store(t, fields)
	return fields
}

func addFields(fields map[string]field, t reflect.Type, prefix []int) {
	wanted, limited := read[t]
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		index := append(slices.Clone(prefix), i)
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			addFields(fields, f.Type, index)
		case name == "" || name == "-" || !f.IsExported():
		case limited && !slices.Contains(wanted, name):
		default:
			fields[name] = field{index, codecOf(f.Type)}
		}
	}
}
