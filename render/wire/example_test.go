package wire_test

import (
	"fmt"
	"os"

	"github.com/mtlsctl/mtlsctl/render/wire"
)

// Who calls what over plaintext, by the list that `mtlsctl connections -o json` wrote.
func ExampleRead() {
	text, err := os.ReadFile("../../testdata/render/connections.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := wire.Read(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	list := report.(*wire.ConnectionList)
	for _, item := range list.Items {
		if item.Verdict != "plaintext" {
			continue
		}
		for _, number := range list.ClientSets[item.ClientSet-1] {
			for _, client := range list.ClientGroups[number-1].Members {
				fmt.Printf("%s/%s -> %s:%d\n", client.Namespace, client.Name, item.Host, item.Ports[0])
			}
		}
	}
	// Output:
	// bookinfo/details -> mysqldb.legacy.svc.cluster.local:3306
	// bookinfo/productpage -> mysqldb.legacy.svc.cluster.local:3306
	// bookinfo/ratings -> mysqldb.legacy.svc.cluster.local:3306
	// bookinfo/reviews -> mysqldb.legacy.svc.cluster.local:3306
}

// A report that was cut off is refused.
func ExampleRead_cutOff() {
	_, err := wire.Read([]byte(`{"apiVersion": "mtlsctl.io/v1alpha1", "kind": "TestReport", "totals": {"held": 2, "failed": 0}, "items": []}`))
	fmt.Println(err)
	// Output: incomplete report: 0 of its expectations hold and 0 fail, but its totals are 2 and 0
}
