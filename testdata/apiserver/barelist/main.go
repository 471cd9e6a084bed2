// Barelist lists, page by page and kind by kind in parallel, what mtlsctl reads of
// a cluster, and does nothing with it: the least that any client-go program needs.
// The built-in kinds come in protobuf; custom resources exist in JSON only.
package main

import (
	"context"
	"fmt"
	"os"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/clientcmd"
)

const pageSize = 500

// page lists one page of a kind.
type page func(context.Context, metav1.ListOptions) (runtime.Object, error)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "error: name a kubeconfig\nhint: barelist KUBECONFIG")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(3)
	}
}

func run(kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS = -1
	all, err := pages(config)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	counts, failures := make([]int, len(all)), make([]error, len(all))
	for i, next := range all {
		wg.Go(func() { counts[i], failures[i] = count(next) })
	}
	wg.Wait()
	total := 0
	for i := range all {
		if failures[i] != nil {
			return failures[i]
		}
		total += counts[i]
	}
	fmt.Println(total)
	return nil
}

// count reads a kind to its end.
func count(next page) (int, error) {
	n, options := 0, metav1.ListOptions{Limit: pageSize}
	for {
		list, err := next(context.Background(), options)
		if err != nil {
			return n, err
		}
		n += meta.LenList(list)
		options.Continue = list.(metav1.ListInterface).GetContinue()
		if options.Continue == "" {
			return n, nil
		}
	}
}
