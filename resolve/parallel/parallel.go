// Package parallel does what can be done side by side on all processors. It decides
// nothing, and keeps no order: who calls gives each piece its own place for the result.
package parallel

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// Do calls do for 0..n-1, block by block, and returns when all are done. A panic comes
// out where Do was called, as it would of a plain loop.
func Do(n, block int, do func(i int)) {
	var next atomic.Int64
	var failed atomic.Value
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n/block+1) {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					failed.CompareAndSwap(nil, fmt.Sprint(p))
				}
			}()
			for from := int(next.Add(int64(block))) - block; from < n; from = int(next.Add(int64(block))) - block {
				for i := from; i < min(from+block, n); i++ {
					do(i)
				}
			}
		})
	}
	wg.Wait()
	if p := failed.Load(); p != nil {
		panic(p)
	}
}
