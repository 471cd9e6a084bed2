package apiserver

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// kubeconfigOf is a file with a context for each way, by name; none is current.
func kubeconfigOf(t *testing.T, ways map[string]way) string {
	t.Helper()
	c := clientcmdapi.NewConfig()
	for name, w := range ways {
		c.Clusters[name] = &clientcmdapi.Cluster{Server: w.url, CertificateAuthorityData: w.ca}
		c.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: w.token}
		c.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	}
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*c, file); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestClusters reads two clusters of one mesh side by side, and a third that is
// not there.
func TestClusters(t *testing.T) {
	east, west := start(t), start(t)
	east.tell(t, fileOf("bookinfo"))
	west.tell(t, fileOf("bookinfo"))
	gone := east.as("root")
	gone.url = vacant(t)
	config := kubeconfigOf(t, map[string]way{"east": east.as("root"), "west": west.as("root"), "gone": gone})

	t.Run("workloads", func(t *testing.T) {
		out := mtlsctl(t, "describe", "--contexts", "east,west", "--kubeconfig", config, "-o", "json")
		complete(t, out)
		one := mtlsctl(t, "describe", "-A", "--context", "east", "--kubeconfig", config, "-o", "json")
		if n, want := len(workloadsOf(t, out)), 2*len(workloadsOf(t, one)); n != want || n == 0 {
			t.Errorf("%d workloads in two clusters, want %d", n, want)
		}
		for _, w := range workloadsOf(t, out) {
			if w.Cluster != "east" && w.Cluster != "west" {
				t.Errorf("%s is in cluster %q", w.Name, w.Cluster)
			}
		}
	})
	t.Run("one Service", func(t *testing.T) {
		out := mtlsctl(t, "connections", "--contexts", "east,west", "--kubeconfig", config, "--from", "deploy/productpage.bookinfo", "--to", "details.bookinfo:9080", "--expand", "-o", "json")
		complete(t, out)
		var list struct {
			Items []struct {
				Client, Server struct{ Name, Cluster string }
				Verdict        string
			}
		}
		if err := json.Unmarshal([]byte(out.stdout), &list); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range list.Items {
			got = append(got, c.Client.Cluster+" -> "+c.Server.Cluster+" "+c.Verdict)
		}
		slices.Sort(got)
		if want := []string{"east -> east mtls", "east -> west mtls", "west -> east mtls", "west -> west mtls"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
	t.Run("one cluster twice", func(t *testing.T) {
		again := east.through(t, true).as("root") // at another address
		twice := kubeconfigOf(t, map[string]way{"east": east.as("root"), "again": again, "also": east.as("root")})
		for _, contexts := range []string{"east,also", "east,again"} {
			out := mtlsctl(t, "describe", "--contexts", contexts, "--kubeconfig", twice, "-o", "json")
			complete(t, out)
			one := mtlsctl(t, "describe", "-A", "--context", "east", "--kubeconfig", config, "-o", "json")
			if n, want := len(workloadsOf(t, out)), len(workloadsOf(t, one)); n != want {
				t.Errorf("%s: %d workloads, want %d", contexts, n, want)
			}
			if !strings.Contains(out.stderr, "are the same cluster") {
				t.Errorf("%s: it does not say that they are one\n%s", contexts, out.stderr)
			}
		}
	})
	t.Run("one is gone", func(t *testing.T) {
		out := mtlsctl(t, "describe", "--contexts", "east,gone", "--kubeconfig", config, "-o", "json")
		if out.code != 3 || !strings.Contains(out.stderr, "cannot read cluster gone: ") || len(workloadsOf(t, out)) == 0 {
			t.Errorf("exit %d\n%s", out.code, out.stderr)
		}
		plain(t, out)
	})
	t.Run("all are gone", func(t *testing.T) {
		refused(t, mtlsctl(t, "describe", "--contexts", "gone", "--kubeconfig", config))
	})
}

type workloadItem struct{ Name, Cluster string }

func workloadsOf(t *testing.T, out output) []workloadItem {
	t.Helper()
	var list struct{ Items []workloadItem }
	if err := json.Unmarshal([]byte(out.stdout), &list); err != nil {
		t.Fatal(err, out.stderr)
	}
	return list.Items
}
