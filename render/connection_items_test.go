package render_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// TestItemsAreRows: a ConnectionList has an item for each row of the table, and each of its
// rows of -o wide is a row there.
func TestItemsAreRows(t *testing.T) {
	t.Parallel()
	for _, world := range []string{"bookinfo", "market", "shop"} {
		view := connections(t, "../testdata/mesh/"+world)
		list := listOf(t, view)
		if rows := view.Blocks(false)[0].Table.Rows; len(rows) != len(list.Items) || list.Totals.Items != len(rows) {
			t.Errorf("%s: %d items for %d rows", world, len(list.Items), len(rows))
		}
		wide := map[int]bool{}
		for _, item := range list.Items {
			for _, e := range item.Endpoints {
				wide[e.Row] = true
			}
		}
		if rows := view.Blocks(true)[0].Table.Rows; len(rows) != len(wide) {
			t.Errorf("%s: %d rows of -o wide, want %d", world, len(wide), len(rows))
		}
	}
}

// TestItemsAreComplete: what --expand lists pair by pair is in the rows, no more and no less.
func TestItemsAreComplete(t *testing.T) {
	t.Parallel()
	for _, world := range []string{"bookinfo", "market", "shop"} {
		view := connections(t, "../testdata/mesh/"+world)
		var pairs wire.ConnectionPairList
		if err := json.Unmarshal(formatted(t, "json", pairsOf(view)), &pairs); err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, p := range pairs.Items {
			want = append(want, fmt.Sprint(p.Client, p.Host, p.Port, p.Subset, p.Server, p.Sends, p.Verdict, p.Brief, p.AcceptsBecause, p.RoutedBy, p.Position, named(p.DestinationRule)))
		}
		list := listOf(t, view)
		var got []string
		for _, item := range list.Items {
			for _, e := range item.Endpoints {
				for _, number := range list.ClientSets[e.ClientSet-1] {
					for _, client := range list.ClientGroups[number-1].Members {
						got = append(got, fmt.Sprint(client, item.Host, e.Port, e.Subset, e.Server, item.Sends, item.Verdict, item.Brief, e.AcceptsBecause, e.RoutedBy, e.Position, named(e.DestinationRule)))
					}
				}
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: pairs (-expanded +of rows)\n%s", world, diff)
		}
	}
}

// named is a Ref by its value.
func named(r *wire.Ref) wire.Ref {
	if r == nil {
		return wire.Ref{}
	}
	return *r
}

func listOf(t *testing.T, v render.Connections) wire.ConnectionList {
	t.Helper()
	var list wire.ConnectionList
	if err := json.Unmarshal(formatted(t, "json", v), &list); err != nil {
		t.Fatal(err)
	}
	return list
}
