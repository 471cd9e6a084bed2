package resolve

import "slices"

// UpTo parts a list that is sorted by namespace before a namespace, after drops those of it.
func UpTo[T any](list []T, ns string, of func(T) string) (before, rest []T) {
	i, _ := slices.BinarySearchFunc(list, ns, func(v T, ns string) int {
		if of(v) < ns {
			return -1
		}
		return 1
	})
	return list[:i], list[i:]
}

func After[T any](list []T, ns string, of func(T) string) []T {
	for len(list) > 0 && of(list[0]) == ns {
		list = list[1:]
	}
	return list
}

// InNamespace are the objects of a namespace.
func InNamespace[T any](list []Typed[T], ns string) []Typed[T] {
	namespace := func(o Typed[T]) string { return o.Object.Value.GetNamespace() }
	_, rest := UpTo(list, ns, namespace)
	return rest[:len(rest)-len(After(rest, ns, namespace))]
}
