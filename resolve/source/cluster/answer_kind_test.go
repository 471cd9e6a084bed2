package cluster

import "testing"

// TestWantKind: an answer is known by its kind, whatever its other fields are.
func TestWantKind(t *testing.T) {
	t.Parallel()
	review := `{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","status":{"allowed":true},"message":{}}`
	if err := wantKind([]byte(review), "SelfSubjectAccessReview"); err != nil {
		t.Errorf("a review is refused: %v", err)
	}
	for _, body := range []string{`{"kind":"Status","message":"go away"}`, `{"kind":"Other","message":{"a":1}}`, `{}`, `[]`, ``} {
		if wantKind([]byte(body), "SelfSubjectAccessReview") == nil {
			t.Errorf("%q is taken for a review", body)
		}
	}
}
