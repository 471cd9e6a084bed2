package source

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// namespace is the namespace that a deployment creates.
func (d *deployed) namespace() resolve.Object {
	return resolve.Object{
		Kind: resolve.KindNamespace, Value: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: d.Into, Labels: d.Labelled, Annotations: d.Annotated}},
		Origin: resolve.Origin{File: d.File, First: d.Line},
	}
}
