package manifest

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/release"
	"github.com/mtlsctl/mtlsctl/resolve/source/validation"
)

// imageTag is a release of Istio at the end of an image's name: 1.28.3, 1.28.3-distroless.
var imageTag = regexp.MustCompile(`:v?1\.(\d+)(?:[.-][^:/@]*)?(?:@.*)?$`)

// istiod is a control plane and its release, Istio 1.minor.
type istiod struct {
	ref   resolve.Ref
	minor int
}

// oldestIstiod is the istiod with the oldest release among the objects; ok is false where
// none says its release.
func oldestIstiod(objects []resolve.Object) (oldest istiod, ok bool) {
	for _, o := range objects {
		c, isController := o.Value.(*resolve.Controller)
		if !isController || c.Labels["app"] != "istiod" && c.Template.Labels["app"] != "istiod" {
			continue
		}
		for _, container := range c.Template.Spec.Containers {
			tag := imageTag.FindStringSubmatch(container.Image)
			if container.Name != "discovery" || tag == nil {
				continue
			}
			if minor, err := strconv.Atoi(tag[1]); err == nil && (!ok || minor < oldest.minor) {
				oldest, ok = istiod{o.Ref(), minor}, true
			}
		}
	}
	return oldest, ok
}

// Younger tells the fields of Istio's objects that the input's own istiod is too old to
// know: it reads past them.
func Younger(objects []resolve.Object) []resolve.Problem {
	if plane, ok := oldestIstiod(objects); ok {
		return youngerThan(objects, plane.minor, plane.ref.String())
	}
	return nil
}

// YoungerThan tells the same for the version of Istio that the caller gives, where no istiod among
// the objects shows its own.
func YoungerThan(objects []resolve.Object, v release.Version) []resolve.Problem {
	if _, shown := oldestIstiod(objects); shown || !v.Known() {
		return nil
	}
	return youngerThan(objects, v.Minor(), "the control plane")
}

func youngerThan(objects []resolve.Object, minor int, who string) (problems []resolve.Problem) {
	for _, o := range objects {
		since := validation.Since(string(o.Kind))
		if len(since) == 0 {
			continue
		}
		spec := reflect.ValueOf(o.Value).Elem().FieldByName("Spec")
		if m, ok := spec.Addr().Interface().(proto.Message); ok {
			w := fieldWalk{since: since, minor: minor, seen: func(f resolve.Field, name protoreflect.FieldDescriptor, came int) {
				problems = append(problems, resolve.Problem{
					Position: o.Origin.At(f), Ref: o.Ref(), Field: f, Harmless: !decides(name),
					Message: fmt.Sprintf("field %q came with Istio 1.%d; %s is Istio 1.%d and ignores it", name.JSONName(), came, who, minor),
					Hint:    "remove the field, or upgrade Istio first",
				})
			}}
			w.message(m.ProtoReflect(), "spec", "spec")
		}
	}
	return problems
}

// decides reports whether a field that there is may decide whether a call is mTLS.
func decides(f protoreflect.FieldDescriptor) bool {
	return bears(f.ContainingMessage().FullName(), f.JSONName()) && (f.Message() == nil || bears(f.Message().FullName(), ""))
}

// fieldWalk finds set fields that are younger than a release.
type fieldWalk struct {
	since map[string]int
	minor int
	seen  func(f resolve.Field, name protoreflect.FieldDescriptor, minor int)
}

// message visits what is set in m, which stands at a field, and in the table under plain.
func (w fieldWalk) message(m protoreflect.Message, at resolve.Field, plain string) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		name := f.JSONName()
		at, plain := at.Child(name), plain+"."+name
		if came := w.since[plain]; came > w.minor {
			w.seen(at, f, came)
			return true
		}
		if !w.below(plain) {
			return true
		}
		switch {
		case f.IsMap() && f.MapValue().Message() != nil:
			v.Map().Range(func(key protoreflect.MapKey, v protoreflect.Value) bool {
				w.message(v.Message(), at.Child(key.String()), plain)
				return true
			})
		case f.IsList() && f.Message() != nil:
			for i := range v.List().Len() {
				w.message(v.List().Get(i).Message(), at.Index(i), plain)
			}
		case !f.IsMap() && f.Message() != nil:
			w.message(v.Message(), at, plain)
		}
		return true
	})
}

// below reports whether the table has a field below this one.
func (w fieldWalk) below(plain string) bool {
	for field := range w.since {
		if strings.HasPrefix(field, plain+".") {
			return true
		}
	}
	return false
}
