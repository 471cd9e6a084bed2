package spelling_test

import (
	"slices"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"reports", "reviews", "ratings", "payments-api", "web"}
	for _, c := range []struct {
		word string
		want []string
	}{
		{"reprots", []string{"reports"}},
		{"REVIEW", []string{"reviews"}},
		{"payments", []string{"payments-api"}},
		{"wbe", []string{"web"}},
		{"zzz", nil},
		{"", nil},
	} {
		if got := spelling.Nearest(c.word, words); !slices.Equal(got, c.want) {
			t.Errorf("Nearest(%q) = %q, want %q", c.word, got, c.want)
		}
	}
}
